using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>What became of an owner.</summary>
public enum OwnerLife
{
    /// <summary>It exists, or nobody can tell that it does not.</summary>
    Live,

    /// <summary>It is being deleted and waits for its dependents to go first.</summary>
    ForegroundDeleting,

    /// <summary>It is being deleted and wants its dependents to stay.</summary>
    Orphaning,

    /// <summary>It is gone; another object of its name does not count.</summary>
    Missing,
}

/// <summary>Tells what became of an owner.</summary>
public static class OwnerLives
{
    /// <summary>The life of the referenced owner, given what is stored under its key now.</summary>
    public static OwnerLife Of(OwnerReference reference, ApiObject? found)
    {
        if (found is null || found.Metadata.Uid != reference.Uid) return OwnerLife.Missing;
        if (found.Metadata.DeletionTimestamp is null) return OwnerLife.Live;
        if (found.Metadata.Finalizers.Contains(Finalizers.Orphan)) return OwnerLife.Orphaning;
        return found.Metadata.Finalizers.Contains(Finalizers.Foreground)
            ? OwnerLife.ForegroundDeleting
            : OwnerLife.Live;
    }

    /// <summary>
    /// The same, looking the owner up beside the dependent. Kinds that are not served cannot be judged.
    /// </summary>
    public static OwnerLife Of(
        OwnerReference reference, ApiObject dependent, Func<ObjectKey, ApiObject?> find,
        Func<string, string, Kind?>? declared = null) =>
        Owners.KeyOf(reference, dependent.Metadata.Namespace, declared) is { } key
            ? Of(reference, find(key))
            : OwnerLife.Live;
}
