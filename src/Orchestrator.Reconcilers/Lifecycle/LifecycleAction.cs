namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>What an object decides about its own end.</summary>
public abstract record LifecycleAction
{
    private LifecycleAction()
    {
    }

    /// <summary>
    /// Delete the object: <c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; its UID is the precondition.
    /// </summary>
    public sealed record Delete(string Propagation, string Uid, string Why) : LifecycleAction;

    /// <summary>Take one finalizer off; when it was the last the object goes.</summary>
    public sealed record RemoveFinalizer(string Finalizer, string Why) : LifecycleAction;

    /// <summary>Take the references to these owners off; the object stays.</summary>
    public sealed record StripOwners(IReadOnlyList<string> Uids, string Why) : LifecycleAction;
}
