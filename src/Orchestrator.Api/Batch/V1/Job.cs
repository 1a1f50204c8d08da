using Orchestrator.Api.Batch.V1.Printing;
using Orchestrator.Api.Batch.V1.Validation;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Batch.V1;

/// <summary>Runs pods until so many of them have succeeded.</summary>
public sealed record Job : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Job> Kind { get; } = new("batch/v1", "Job", "jobs")
    {
        Categories = ["all"],
        Subresources = [Subresource.Status],
        HasGeneration = true,
        DefaultPropagation = "Orphan",
        Columns = JobColumns.All,
        Fields = new Dictionary<string, Func<Job, string>>
        {
            ["status.successful"] = job => job.Status.Succeeded.ToString(),
        },
        Default = Defaulted,
        PrepareCreate = static job => JobSelectors.Generated(job with { Status = new() }),
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = JobValidation.Check,
        NotActedOnYet = "no controller runs the pods of a Job",
        NotActedOn = PodNotActedOn.Below("spec.template.spec."),
    };

    public JobSpec Spec { get; init => field = value ?? new(); } = new();
    public JobStatus Status { get; init => field = value ?? new(); } = new();

    private static Job Defaulted(Job job)
    {
        var spec = job.Spec;
        // Without both counts one pod runs once; completions alone stay unset for a work queue.
        var isSingle = spec.Completions is null && spec.Parallelism is null;
        var labels = spec.Template.Metadata.Labels;
        return job with
        {
            Metadata = job.Metadata.Labels.Count == 0 && labels.Count > 0
                ? job.Metadata with { Labels = labels }
                : job.Metadata,
            Spec = spec with
            {
                Completions = isSingle ? 1 : spec.Completions,
                Parallelism = spec.Parallelism ?? 1,
                BackoffLimit = spec.BackoffLimit ?? (spec.BackoffLimitPerIndex is null ? 6 : int.MaxValue),
                CompletionMode = spec.CompletionMode ?? "NonIndexed",
                Suspend = spec.Suspend ?? false,
                ManualSelector = spec.ManualSelector ?? false,
                PodFailurePolicy = spec.PodFailurePolicy?.Defaulted(),
                PodReplacementPolicy = spec.PodReplacementPolicy
                    ?? (spec.PodFailurePolicy is null ? "TerminatingOrFailed" : "Failed"),
                Template = PodDefaults.Apply(spec.Template),
            },
        };
    }
}

/// <summary>The <c>JobSpec</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record JobSpec
{
    public int? Parallelism { get; init; }
    public int? Completions { get; init; }
    public long? ActiveDeadlineSeconds { get; init; }
    public PodFailurePolicy? PodFailurePolicy { get; init; }
    public SuccessPolicy? SuccessPolicy { get; init; }
    public int? BackoffLimit { get; init; }
    public int? BackoffLimitPerIndex { get; init; }
    public int? MaxFailedIndexes { get; init; }
    public LabelSelector? Selector { get; init; }
    public bool? ManualSelector { get; init; }
    public PodTemplateSpec Template { get; init => field = value ?? new(); } = new();
    public int? TtlSecondsAfterFinished { get; init; }
    [KeepEmpty]
    [OneOf("Indexed", "NonIndexed")]
    public string? CompletionMode { get; init; }
    public bool? Suspend { get; init; }
    [KeepEmpty]
    [OneOf("Failed", "TerminatingOrFailed")]
    public string? PodReplacementPolicy { get; init; }
    [KeepEmpty]
    public string? ManagedBy { get; init; }
}

/// <summary>The <c>JobStatus</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record JobStatus
{
    public IReadOnlyList<JobCondition> Conditions { get; init => field = value ?? []; } = [];
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? CompletionTime { get; init; }
    public int Active { get; init; }
    public int Succeeded { get; init; }
    public int Failed { get; init; }
    public int? Terminating { get; init; }
    public string? CompletedIndexes { get; init; }
    [KeepEmpty]
    public string? FailedIndexes { get; init; }
    public UncountedTerminatedPods? UncountedTerminatedPods { get; init; }
    public int? Ready { get; init; }
}

/// <summary>The <c>JobCondition</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record JobCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastProbeTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary>The <c>UncountedTerminatedPods</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record UncountedTerminatedPods
{
    public IReadOnlyList<string> Succeeded { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Failed { get; init => field = value ?? []; } = [];
}
