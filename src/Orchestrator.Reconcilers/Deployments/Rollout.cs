using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Deployments;

/// <summary>A Deployment and its sets, sorted out: the one that carries its template, and the others.</summary>
/// <param name="Deployment">As stored.</param>
/// <param name="Current">The set with the Deployment's template; null until it is created.</param>
/// <param name="Old">All other sets, oldest first.</param>
/// <param name="Pods">The pods of all sets.</param>
internal sealed record Rollout(
    Deployment Deployment, ReplicaSet? Current, IReadOnlyList<ReplicaSet> Old, IReadOnlyList<Pod> Pods)
{
    public IReadOnlyList<ReplicaSet> All => Current is null ? Old : [.. Old, Current];

    public int Wanted => RolloutMath.Replicas(Deployment);

    public int MinAvailable => Wanted - RolloutMath.MaxUnavailable(Deployment);

    public long NextRevision => Old.Select(ReplicaSetOrder.Revision).DefaultIfEmpty(0).Max() + 1;

    public static Rollout Of(Deployment deployment, IReadOnlyList<ReplicaSet> owned, IReadOnlyList<Pod> pods)
    {
        var sorted = ReplicaSetOrder.OldestFirst(owned);
        // Of several sets with the template (clients may make them) the oldest is the one, as in the reference.
        var current = sorted.FirstOrDefault(
            set => TemplateHash.AreEqual(set.Spec.Template, deployment.Spec.Template));
        return new(deployment, current, [.. sorted.Where(set => !ReferenceEquals(set, current))], pods);
    }

    /// <summary>The scaling of one set; null when it has that size and the books are right.</summary>
    public DeploymentAction? Scale(ReplicaSet set, int replicas)
    {
        var annotations = DeploymentAnnotations.OfSize(Deployment);
        var from = RolloutMath.Replicas(set);
        if (from == replicas && DeploymentAnnotations.Has(set, annotations)) return null;
        var (name, uid) = (set.Metadata.Name ?? "", set.Metadata.Uid ?? "");
        if (from == replicas)
        {
            return new DeploymentAction.UpdateReplicaSet(
                name, uid, annotations, set.Spec.MinReadySeconds, $"notes that {Wanted} replicas are wanted");
        }
        var direction = replicas > from ? "up" : "down";
        return new DeploymentAction.ScaleReplicaSet(
            name, uid, replicas, annotations, $"Scaled {direction} replica set {name} from {from} to {replicas}");
    }
}
