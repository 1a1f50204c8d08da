using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>The annotations a Deployment keeps its books in.</summary>
public static class DeploymentAnnotations
{
    /// <summary>Which revision a set is; on the Deployment, which is current.</summary>
    public const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>Revisions that a set was before, oldest first, separated by commas.</summary>
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";

    /// <summary>
    /// The size of the Deployment when the set was last sized: when it differs, the Deployment was scaled.
    /// </summary>
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";

    /// <summary>Size and surge when the set was last sized: the base of proportional scaling.</summary>
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    private const int HistoryLengthMax = 2000;

    private static readonly HashSet<string> NotCopied = new(StringComparer.Ordinal)
    {
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas,
        "deprecated.deployment.rollback.to",
    };

    /// <summary>The number in an annotation, or null.</summary>
    public static long? NumberOf(ApiObject obj, string annotation) =>
        obj.Metadata.Annotations.TryGetValue(annotation, out var text) && long.TryParse(text, out var number)
            ? number
            : null;

    /// <summary>The bookkeeping of a size.</summary>
    public static IReadOnlyDictionary<string, string> OfSize(Deployment deployment)
    {
        var replicas = RolloutMath.Replicas(deployment);
        return new Dictionary<string, string>
        {
            [DesiredReplicas] = replicas.ToString(),
            [MaxReplicas] = (replicas + RolloutMath.MaxSurge(deployment)).ToString(),
        };
    }

    /// <summary>The annotations the current set lacks: the Deployment's own, and the next revision.</summary>
    /// <param name="deployment">Whose set it is.</param>
    /// <param name="set">The annotations of the set as they are.</param>
    /// <param name="revision">One more than the highest revision of the other sets.</param>
    public static IReadOnlyDictionary<string, string> Missing(
        Deployment deployment, IReadOnlyDictionary<string, string> set, long revision)
    {
        var missing = deployment.Metadata.Annotations
            .Where(pair => !NotCopied.Contains(pair.Key) && set.GetValueOrDefault(pair.Key) != pair.Value)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        var hasRevision = set.TryGetValue(Revision, out var text) && text.Length > 0;
        if (hasRevision && !long.TryParse(text, out _)) return missing;
        if (hasRevision && long.Parse(text!) >= revision) return missing;
        missing[Revision] = revision.ToString();
        if (hasRevision) missing[RevisionHistory] = History(set.GetValueOrDefault(RevisionHistory), text!);
        return missing;
    }

    /// <summary>The object carries all of these.</summary>
    public static bool Has(ApiObject obj, IReadOnlyDictionary<string, string> wanted) =>
        wanted.All(pair => obj.Metadata.Annotations.GetValueOrDefault(pair.Key) == pair.Value);

    /// <summary>Both maps in one, the second winning.</summary>
    public static IReadOnlyDictionary<string, string> Merge(
        IReadOnlyDictionary<string, string> below, IReadOnlyDictionary<string, string> above)
    {
        var merged = below.ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var (key, value) in above) merged[key] = value;
        return merged;
    }

    private static string History(string? old, string revision)
    {
        if (string.IsNullOrEmpty(old)) return revision;
        var all = $"{old},{revision}";
        // The oldest go when the text grows too long for an annotation.
        while (all.Length > HistoryLengthMax) all = all[(all.IndexOf(',') + 1)..];
        return all;
    }
}
