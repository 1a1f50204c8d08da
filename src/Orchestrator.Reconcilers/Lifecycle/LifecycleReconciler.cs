using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>What an object must know of its surroundings to judge whether it shall go on.</summary>
public sealed record LifecycleContext
{
    /// <summary>What became of each owner.</summary>
    public required Func<OwnerReference, OwnerLife> OwnerLife { get; init; }

    /// <summary>The object's namespace is being deleted.</summary>
    public bool IsNamespaceTerminating { get; init; }

    /// <summary>Some object names this one in its owner references.</summary>
    public bool HasDependents { get; init; }

    /// <summary>One of those has <c>blockOwnerDeletion</c> set.</summary>
    public bool HasBlockingDependents { get; init; }
}

/// <summary>The outcome: no actions means the object stays as it is.</summary>
public sealed record LifecyclePlan(IReadOnlyList<LifecycleAction> Actions, IReadOnlyList<ReasonRecord> Reasons);

/// <summary>
/// Garbage collection, decided by each dependent for itself: it looks at its owners, rather than a collector looking at
/// everything. It goes when its last owner is gone; one live owner keeps it.
/// </summary>
public static class LifecycleReconciler
{
    /// <summary>One look at an object.</summary>
    public static LifecyclePlan Plan(ApiObject obj, LifecycleContext context, DateTimeOffset now)
    {
        var actions = obj.Metadata.DeletionTimestamp is null ? Living(obj, context) : Leaving(obj, context);
        var subject = KindRegistry.KeyOf(obj).ToString();
        return new(actions, [.. actions.Select(action =>
        {
            var (decision, why) = action switch
            {
                LifecycleAction.Delete delete => ("Collected", delete.Why),
                LifecycleAction.RemoveFinalizer remove => ("FinalizerRemoved", $"{remove.Finalizer}: {remove.Why}"),
                LifecycleAction.StripOwners strip => ("OwnersRemoved", strip.Why),
                _ => throw new System.Diagnostics.UnreachableException($"no words for {action}"),
            };
            return new ReasonRecord(now, obj.Metadata.Uid ?? "", subject, decision, why);
        })]);
    }

    private static IReadOnlyList<LifecycleAction> Living(ApiObject obj, LifecycleContext context)
    {
        var uid = obj.Metadata.Uid ?? "";
        if (context.IsNamespaceTerminating)
        {
            return [
                new LifecycleAction.Delete("Background", uid, $"namespace {obj.Metadata.Namespace} is being deleted")];
        }
        var owners = obj.Metadata.OwnerReferences;
        if (owners.Count == 0) return [];
        var lives = owners.ToLookup(context.OwnerLife);
        var orphaning = lives[OwnerLife.Orphaning].ToList();
        // A dependent of an orphaning owner must be let go before anything is decided from its other owners.
        if (orphaning.Count > 0) return [Strip(orphaning, "is deleted and leaves its dependents")];
        var gone = lives[OwnerLife.Missing].ToList();
        var waiting = lives[OwnerLife.ForegroundDeleting].ToList();
        if (lives[OwnerLife.Live].Any())
        {
            return gone.Count + waiting.Count == 0
                ? []
                : [Strip([.. gone, .. waiting], "is gone; another owner lives")];
        }
        // An owner that waits for this object wants all below it gone before: a foreground deletion passes itself on.
        var propagation = waiting.Count > 0 && context.HasDependents ? "Foreground" : OwnPolicy(obj);
        var why = waiting.Count > 0
            ? $"{Shown(waiting)} waits for its dependents to go"
            : $"{Shown(gone)} is gone";
        return [new LifecycleAction.Delete(propagation, uid, why)];
    }

    private static IReadOnlyList<LifecycleAction> Leaving(ApiObject obj, LifecycleContext context)
    {
        var finalizers = obj.Metadata.Finalizers;
        if (finalizers.Contains(Finalizers.Orphan) && !context.HasDependents)
        {
            return [new LifecycleAction.RemoveFinalizer(Finalizers.Orphan, "no dependents are left to let go")];
        }
        return finalizers.Contains(Finalizers.Foreground) && !context.HasBlockingDependents
            ? [new LifecycleAction.RemoveFinalizer(Finalizers.Foreground, "no dependents block the deletion")]
            : [];
    }

    private static string OwnPolicy(ApiObject obj) =>
        obj.Metadata.Finalizers.Contains(Finalizers.Orphan) ? "Orphan"
        : obj.Metadata.Finalizers.Contains(Finalizers.Foreground) ? "Foreground"
        : "Background";

    private static LifecycleAction.StripOwners Strip(List<OwnerReference> owners, string what) =>
        new([.. owners.Select(owner => owner.Uid)], $"{Shown(owners)} {what}");

    private static string Shown(List<OwnerReference> owners) =>
        string.Join(", ", owners.Select(owner => $"{owner.Kind.ToLowerInvariant()} {owner.Name} ({owner.Uid})"));
}
