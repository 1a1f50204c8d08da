namespace Orchestrator.Reconcilers.ReplicaSets;

/// <summary>What a controller wants done to one of its pods. Doing it twice is the same as doing it once.</summary>
public abstract record PodAction
{
    private PodAction(string name) => Name = name;

    /// <summary>The pod's name.</summary>
    public string Name { get; }

    /// <summary>Make the pod; that it is there already, owned by the same set, is success.</summary>
    public sealed record Create(string Name, int Slot) : PodAction(Name);

    /// <summary>Add the set's controller reference to a pod that nobody manages.</summary>
    public sealed record Adopt(string Name, string Uid) : PodAction(Name);

    /// <summary>Take the set's controller reference from a pod that is no longer selected.</summary>
    public sealed record Release(string Name, string Uid, string Why) : PodAction(Name);

    /// <summary>Delete the pod of this UID, with its own grace period.</summary>
    public sealed record Delete(string Name, string Uid, string Why) : PodAction(Name);
}
