using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>Who must look again.</summary>
public abstract record Nudge
{
    private Nudge()
    {
    }

    /// <summary>The grain that owns an object.</summary>
    public sealed record Object(ObjectKey Key) : Nudge;

    /// <summary>What runs a node's pods.</summary>
    public sealed record Node(string Name) : Nudge;

    /// <summary>A scheduler.</summary>
    public sealed record Scheduler(string Name) : Nudge;
}

/// <summary>What the caller looks up in the watch cache.</summary>
public sealed record NudgeLookups
{
    /// <summary>Objects that name this UID in their owner references.</summary>
    public Func<string, IEnumerable<ObjectKey>> DependentsOf { get; init; } = static _ => [];

    /// <summary>
    /// ReplicaSets of the namespace, for pods without a controller; Deployments, for ReplicaSets without one.
    /// </summary>
    public Func<Kind, string, IEnumerable<ApiObject>> InNamespace { get; init; } = static (_, _) => [];

    /// <summary>All objects of a kind.</summary>
    public Func<Kind, IEnumerable<ApiObject>> All { get; init; } = static _ => [];

    /// <summary>A namespace is being deleted.</summary>
    public Func<string, bool> IsTerminating { get; init; } = static _ => false;

    /// <summary>An object by its key.</summary>
    public Func<ObjectKey, ApiObject?> Find { get; init; } = static _ => null;

    /// <summary>A kind that a user declared, by group and name.</summary>
    public Func<string, string, Kind?> Declared { get; init; } = static (_, _) => null;

    /// <summary>The schedulers of this cluster. A pod that names another waits for whoever that is.</summary>
    public IReadOnlyList<string> Schedulers { get; init; } = [Nudges.DefaultScheduler];
}

/// <summary>
/// Who must look again when an object changed. A forgotten nudge costs time, never correctness; a needless one costs a
/// pass that finds nothing to do.
/// </summary>
public static class Nudges
{
    /// <summary>Places pods that name no other.</summary>
    public const string DefaultScheduler = "default-scheduler";

    /// <summary>The nudges of one change: null before for a creation, null after for a removal.</summary>
    public static IReadOnlyList<Nudge> For(ApiObject? before, ApiObject? after, NudgeLookups lookups)
    {
        if ((after ?? before) is not { } newest) return [];
        var nudges = new List<Nudge>();
        nudges.AddRange(ToOwners(before, after, lookups));
        nudges.AddRange(ToDependents(before, after, lookups));
        nudges.AddRange(ToNamespace(before, after, lookups));
        nudges.AddRange(ToQuotas(before, after, lookups));
        nudges.AddRange(Volumes.VolumeNudges.For(before, after, lookups));
        nudges.AddRange(newest switch
        {
            Pod =>
                [.. ToPossibleOwner(after, ReplicaSet.Kind, lookups), .. OfPod(before as Pod, after as Pod, lookups)],
            ReplicaSet => ToPossibleOwner(after, Deployment.Kind, lookups),
            Node => OfNode(before as Node, after as Node, lookups),
            _ => [],
        });
        return [.. nudges.Distinct()];
    }

    // The controller cares for every change; other owners only for the dependent's going, which may unblock theirs.
    private static IEnumerable<Nudge> ToOwners(ApiObject? before, ApiObject? after, NudgeLookups lookups)
    {
        var controllers = new[] { before, after }.OfType<ApiObject>()
            .Select(obj => (Reference: Owners.ControllerOf(obj), obj.Metadata.Namespace));
        var lost = (before?.Metadata.OwnerReferences ?? [])
            .Where(owner => after is null || after.Metadata.OwnerReferences.All(kept => kept.Uid != owner.Uid))
            .Select(owner => ((OwnerReference?)owner, before?.Metadata.Namespace));
        foreach (var (reference, ns) in controllers.Concat(lost))
        {
            if (reference is not null && Owners.KeyOf(reference, ns, lookups.Declared) is { } key)
                yield return new Nudge.Object(key);
        }
    }

    private static IEnumerable<Nudge> ToDependents(ApiObject? before, ApiObject? after, NudgeLookups lookups)
    {
        var isLeaving = after?.Metadata.DeletionTimestamp is not null && before?.Metadata.DeletionTimestamp is null;
        if (after is not null && !isLeaving) return [];
        return lookups.DependentsOf((after ?? before)!.Metadata.Uid ?? "").Select(key => new Nudge.Object(key));
    }

    private static IEnumerable<Nudge> ToNamespace(ApiObject? before, ApiObject? after, NudgeLookups lookups)
    {
        var newest = (after ?? before)!;
        var ns = newest.Metadata.Namespace;
        if (string.IsNullOrEmpty(ns)) return [];
        var isFurnishing = before is not null && Namespaces.NamespaceReconciler.IsFurnishing(newest);
        if (!isFurnishing && (after is not null || !lookups.IsTerminating(ns))) return [];
        return [new Nudge.Object(Namespace.Kind.KeyOf("", ns))];
    }

    // What a namespace uses is told by the quotas of it.
    private static IEnumerable<Nudge> ToQuotas(ApiObject? before, ApiObject? after, NudgeLookups lookups)
    {
        var newest = (after ?? before)!;
        if (newest.Metadata.Namespace is not { Length: > 0 } ns) return [];
        if (!Quotas.QuotaUsage.MayDiffer(KindRegistry.KeyOf(newest), before, after)) return [];
        return lookups.InNamespace(ResourceQuota.Kind, ns).Select(quota => new Nudge.Object(KindRegistry.KeyOf(quota)));
    }

    private static IEnumerable<Nudge> ToPossibleOwner(ApiObject? after, Kind owners, NudgeLookups lookups)
    {
        if (after?.Metadata is not { Namespace: { } ns, DeletionTimestamp: null } meta) return [];
        if (Owners.ControllerOf(after) is not null) return [];
        return lookups.InNamespace(owners, ns)
            .Where(owner => ReplicaSets.Selectors.Matches(SelectorOf(owner), meta.Labels))
            .Select(owner => new Nudge.Object(KindRegistry.KeyOf(owner)));
    }

    private static IEnumerable<Nudge> OfPod(Pod? before, Pod? after, NudgeLookups lookups)
    {
        var node = after?.Spec.NodeName ?? before?.Spec.NodeName;
        if (!string.IsNullOrEmpty(node)) yield return new Nudge.Node(node);
        if (after is not null && !ReplicaSets.PodFacts.IsTerminating(after)
            && string.IsNullOrEmpty(after.Spec.NodeName))
        {
            var scheduler = after.Spec.SchedulerName ?? DefaultScheduler;
            if (lookups.Schedulers.Contains(scheduler)) yield return new Nudge.Scheduler(scheduler);
        }
        if (after is null && WaitsForLastPod(before, lookups) is { } deployment)
            yield return new Nudge.Object(deployment);
        var heldRoom = before is not null && !string.IsNullOrEmpty(before.Spec.NodeName)
            && !ReplicaSets.PodFacts.IsFinished(before);
        if (heldRoom && (after is null || ReplicaSets.PodFacts.IsFinished(after)))
        {
            foreach (var scheduler in lookups.Schedulers) yield return new Nudge.Scheduler(scheduler);
        }
    }

    // A Deployment that recreates waits until the old pods are gone for good, which the status of their set, a count of
    // those that are not being deleted, does not tell.
    private static ObjectKey? WaitsForLastPod(Pod? gone, NudgeLookups lookups)
    {
        var set = OwnerOf(gone, lookups);
        return OwnerOf(set, lookups) is Deployment { Spec.Strategy.Type: "Recreate" } deployment
            ? KindRegistry.KeyOf(deployment)
            : null;
    }

    private static ApiObject? OwnerOf(ApiObject? obj, NudgeLookups lookups) =>
        obj is not null && Owners.ControllerOf(obj) is { } owner
            && Owners.KeyOf(owner, obj.Metadata.Namespace) is { } key
            && lookups.Find(key) is { } found && found.Metadata.Uid == owner.Uid
            ? found
            : null;

    // Heartbeats change a node's status all the time; a scheduler looks again only at what it decides from.
    private static IEnumerable<Nudge> OfNode(Node? before, Node? after, NudgeLookups lookups)
    {
        yield return new Nudge.Node((after ?? before)!.Metadata.Name ?? "");
        if (after is null || (before is not null && Scheduling.NodeTraits.AreSame(before, after))) yield break;
        foreach (var scheduler in lookups.Schedulers) yield return new Nudge.Scheduler(scheduler);
    }

    private static LabelSelector SelectorOf(ApiObject owner) => owner switch
    {
        ReplicaSet set => set.Spec.Selector,
        Deployment deployment => deployment.Spec.Selector,
        _ => new(),
    };
}
