using Orchestrator.Api.Batch.V1.Validation;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Batch.V1;

/// <summary>Makes a Job at the times of a schedule.</summary>
public sealed record CronJob : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<CronJob> Kind { get; } = new("batch/v1", "CronJob", "cronjobs")
    {
        ShortNames = ["cj"],
        Categories = ["all"],
        Subresources = [Subresource.Status],
        HasGeneration = true,
        Columns =
        [
            Cells.Name<CronJob>(),
            new("Schedule", "string", (cron, _) => cron.Spec.Schedule),
            new("Timezone", "string", (cron, _) => Cells.OrNone(cron.Spec.TimeZone)),
            new("Suspend", "boolean", (cron, _) => Shown(cron.Spec.Suspend)),
            new("Active", "integer", (cron, _) => cron.Status.Active.Count),
            new("Last Schedule", "string", (cron, now) => cron.Status.LastScheduleTime is { } last
                ? HumanDuration.Since(last, now)
                : "<none>"),
            Cells.Age<CronJob>(),
            new("Containers", "string", (cron, _) => Cells.ContainerNames(PodOf(cron)), IsWide: true),
            new("Images", "string", (cron, _) => Cells.Images(PodOf(cron)), IsWide: true),
            new("Selector", "string", (cron, _) => LabelSelectors.Shown(cron.Spec.JobTemplate.Spec.Selector),
                IsWide: true),
        ],
        Default = static cron => cron with { Spec = Defaulted(cron.Spec) },
        PrepareCreate = static cron => cron with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = CronJobValidation.Check,
        NotActedOnYet = "no controller makes the Jobs of a CronJob",
        NotActedOn = PodNotActedOn.Below("spec.jobTemplate.spec.template.spec."),
    };

    public CronJobSpec Spec { get; init => field = value ?? new(); } = new();
    public CronJobStatus Status { get; init => field = value ?? new(); } = new();

    private static PodSpec PodOf(CronJob cron) => cron.Spec.JobTemplate.Spec.Template.Spec;

    private static string Shown(bool? flag) => flag switch { null => "<unset>", true => "True", false => "False" };

    private static CronJobSpec Defaulted(CronJobSpec spec)
    {
        var job = spec.JobTemplate.Spec;
        return spec with
        {
            ConcurrencyPolicy = string.IsNullOrEmpty(spec.ConcurrencyPolicy) ? "Allow" : spec.ConcurrencyPolicy,
            Suspend = spec.Suspend ?? false,
            SuccessfulJobsHistoryLimit = spec.SuccessfulJobsHistoryLimit ?? 3,
            FailedJobsHistoryLimit = spec.FailedJobsHistoryLimit ?? 1,
            JobTemplate = spec.JobTemplate with
            {
                Spec = job with
                {
                    PodFailurePolicy = job.PodFailurePolicy?.Defaulted(),
                    Template = PodDefaults.Apply(job.Template),
                },
            },
        };
    }
}

/// <summary>The <c>CronJobSpec</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record CronJobSpec
{
    [KeepEmpty]
    public string Schedule { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string? TimeZone { get; init; }
    public long? StartingDeadlineSeconds { get; init; }
    [OneOf("Allow", "Forbid", "Replace")]
    public string? ConcurrencyPolicy { get; init; }
    public bool? Suspend { get; init; }
    public JobTemplateSpec JobTemplate { get; init => field = value ?? new(); } = new();
    public int? SuccessfulJobsHistoryLimit { get; init; }
    public int? FailedJobsHistoryLimit { get; init; }
}

/// <summary>The <c>JobTemplateSpec</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record JobTemplateSpec
{
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
    public JobSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>CronJobStatus</c> of the Kubernetes batch/v1 schema.</summary>
public sealed record CronJobStatus
{
    public IReadOnlyList<ObjectReference> Active { get; init => field = value ?? []; } = [];
    public DateTimeOffset? LastScheduleTime { get; init; }
    public DateTimeOffset? LastSuccessfulTime { get; init; }
}
