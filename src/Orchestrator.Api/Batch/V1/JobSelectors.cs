using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Batch.V1;

/// <summary>
/// The labels by which a Job finds its pods: generated from its name and UID, so that no two Jobs share pods.
/// </summary>
internal static class JobSelectors
{
    /// <summary>The label that selects: the UID of the Job.</summary>
    public const string ControllerUid = "batch.kubernetes.io/controller-uid";

    /// <summary>What the template of a Job carries, when its selector is generated.</summary>
    public static IReadOnlyList<(string Key, string Value)> Labels(ObjectMeta meta) =>
    [
        ("controller-uid", meta.Uid ?? ""), (ControllerUid, meta.Uid ?? ""),
        ("job-name", meta.Name ?? ""), ("batch.kubernetes.io/job-name", meta.Name ?? ""),
    ];

    /// <summary>
    /// The Job with its selector, and a template that is selected. What the user wrote there himself stays, and is
    /// refused when it does not agree.
    /// </summary>
    public static Job Generated(Job job)
    {
        if (job.Spec.ManualSelector == true) return job;
        var template = job.Spec.Template;
        var labels = new Dictionary<string, string>(template.Metadata.Labels, StringComparer.Ordinal);
        foreach (var (key, value) in Labels(job.Metadata)) labels.TryAdd(key, value);
        var selector = job.Spec.Selector ?? new LabelSelector();
        var matched = new Dictionary<string, string>(selector.MatchLabels, StringComparer.Ordinal);
        matched.TryAdd(ControllerUid, job.Metadata.Uid ?? "");
        return job with
        {
            Spec = job.Spec with
            {
                Selector = selector with { MatchLabels = matched },
                Template = template with { Metadata = template.Metadata with { Labels = labels } },
            },
        };
    }
}
