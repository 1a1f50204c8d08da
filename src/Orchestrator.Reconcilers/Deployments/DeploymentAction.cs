using Orchestrator.Api.Apps.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>What a Deployment wants done. Doing it twice is the same as doing it once.</summary>
public abstract record DeploymentAction
{
    private DeploymentAction()
    {
    }

    /// <summary>Create this ReplicaSet.</summary>
    public sealed record CreateReplicaSet(ReplicaSet ReplicaSet, string Why) : DeploymentAction;

    /// <summary>Set the size and these annotations; <paramref name="Why"/> is the text of the event.</summary>
    public sealed record ScaleReplicaSet(
        string Name, string Uid, int Replicas, IReadOnlyDictionary<string, string> Annotations, string Why)
        : DeploymentAction;

    /// <summary>Set these annotations and the minimum ready time; the size stays.</summary>
    public sealed record UpdateReplicaSet(
        string Name, string Uid, IReadOnlyDictionary<string, string> Annotations, int MinReadySeconds, string Why)
        : DeploymentAction;

    /// <summary>Delete a ReplicaSet that only history needs.</summary>
    public sealed record DeleteReplicaSet(string Name, string Uid, string Why) : DeploymentAction;

    /// <summary>Add the controller reference to a set that nobody manages.</summary>
    public sealed record AdoptReplicaSet(string Name, string Uid) : DeploymentAction;

    /// <summary>Take the controller reference from a set that is no longer selected.</summary>
    public sealed record ReleaseReplicaSet(string Name, string Uid, string Why) : DeploymentAction;

    /// <summary>Write the revision annotation of the Deployment itself.</summary>
    public sealed record SetRevision(string Revision) : DeploymentAction;
}
