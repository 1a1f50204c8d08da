using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Batch.V1.Printing;

/// <summary>The table of Jobs.</summary>
internal static class JobColumns
{
    // The first that holds says how the Job is, and comes before the next.
    private static readonly string[] Ends = ["Complete", "Failed"];
    private static readonly (string Condition, string Shown)[] Ways =
        [("Suspended", "Suspended"), ("FailureTarget", "FailureTarget"), ("SuccessCriteriaMet", "SuccessCriteriaMet")];

    public static IReadOnlyList<Column<Job>> All { get; } =
    [
        Cells.Name<Job>(),
        new("Status", "string", (job, _) => Status(job)),
        new("Completions", "string", (job, _) => Completions(job)),
        new("Duration", "string", (job, now) => Duration(job.Status, now)),
        Cells.Age<Job>(),
        new("Containers", "string", (job, _) => Cells.ContainerNames(job.Spec.Template.Spec), IsWide: true),
        new("Images", "string", (job, _) => Cells.Images(job.Spec.Template.Spec), IsWide: true),
        new("Selector", "string", (job, _) => LabelSelectors.Shown(job.Spec.Selector), IsWide: true),
    ];

    private static string Status(Job job)
    {
        if (Ends.FirstOrDefault(end => Has(job, end)) is { } ended) return ended;
        if (job.Metadata.DeletionTimestamp is not null) return "Terminating";
        return Ways.FirstOrDefault(way => Has(job, way.Condition)).Shown ?? "Running";
    }

    private static bool Has(Job job, string condition) =>
        job.Status.Conditions.Any(c => c.Type == condition && c.Status == "True");

    private static string Completions(Job job)
    {
        if (job.Spec.Completions is { } wanted) return $"{job.Status.Succeeded}/{wanted}";
        var parallel = job.Spec.Parallelism ?? 0;
        return parallel > 1 ? $"{job.Status.Succeeded}/1 of {parallel}" : $"{job.Status.Succeeded}/1";
    }

    private static string Duration(JobStatus status, DateTimeOffset now) =>
        status.StartTime is { } start ? HumanDuration.Format((status.CompletionTime ?? now) - start) : "";
}
