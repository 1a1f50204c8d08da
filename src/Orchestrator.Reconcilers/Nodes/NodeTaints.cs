using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Nodes;

/// <summary>The taints a node carries because of what is the matter with it.</summary>
public static class NodeTaints
{
    /// <summary>The node says itself that it is not ready.</summary>
    public const string NotReady = "node.kubernetes.io/not-ready";

    /// <summary>Nobody hears of the node.</summary>
    public const string Unreachable = "node.kubernetes.io/unreachable";

    private static readonly string[] Effects = ["NoSchedule", "NoExecute"];

    /// <summary>Comes and goes with the node's condition; no user has to set or lift it.</summary>
    public static bool IsOfCondition(Taint taint) => taint.Key is NotReady or Unreachable;

    /// <summary>The taints as they follow from the Ready condition; those of users stay.</summary>
    /// <param name="taints">The node's taints.</param>
    /// <param name="ready">Status of the Ready condition; null before the node has said anything.</param>
    /// <param name="now">When new ones begin.</param>
    /// <returns>The same list when it is right as it is.</returns>
    public static IReadOnlyList<Taint> Following(IReadOnlyList<Taint> taints, string? ready, DateTimeOffset now)
    {
        var key = ready switch { "False" => NotReady, "Unknown" => Unreachable, _ => null };
        var kept = taints.Where(taint => !IsOfCondition(taint) || taint.Key == key).Select(taint => Dated(taint, now));
        var missing = Effects.Where(effect =>
            key is not null && !taints.Any(taint => taint.Key == key && taint.Effect == effect));
        IReadOnlyList<Taint> next =
            [.. kept, .. missing.Select(effect => new Taint { Key = key!, Effect = effect, TimeAdded = now })];
        return next.SequenceEqual(taints) ? taints : next;
    }

    // Patience counts from the day a taint was set, which users do not write down.
    private static Taint Dated(Taint taint, DateTimeOffset now) =>
        taint is { Effect: "NoExecute", TimeAdded: null } ? taint with { TimeAdded = now } : taint;
}
