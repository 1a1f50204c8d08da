using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Deployments;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// Once a rolling Deployment was fully available at its size, a rollout leaves as many available as it promises. Holds
/// where nothing fails; a pod that a user deletes begins the count anew.
/// </summary>
internal sealed class AvailableDuringRollouts(SimulatedWorld world) : Invariant("rollouts keep enough pods available")
{
    // Deployments that were fully available at the size they have.
    private readonly Dictionary<string, int> _reached = new(StringComparer.Ordinal);

    public override void See(ObjectChange change)
    {
        if (change.Object.Object is Deployment changed) Forget(changed, change.Previous?.Object as Deployment);
        if (change.Object.Object is not Pod pod || DeploymentOf(pod) is not { } deployment) return;
        var uid = deployment.Metadata.Uid!;
        if (!RolloutMath.IsRolling(deployment) || deployment.Metadata.DeletionTimestamp is not null
            || deployment.Spec.Paused)
        {
            _reached.Remove(uid);
            return;
        }
        var (wanted, available) = (RolloutMath.Replicas(deployment), Available(deployment));
        if (available >= wanted) _reached[uid] = wanted;
        if (!_reached.ContainsKey(uid)) return;
        var least = wanted - RolloutMath.MaxUnavailable(deployment);
        if (available >= least) return;
        if (IsByUser(pod, change))
        {
            _reached.Remove(uid);
            return;
        }
        throw Violated($"{available} pods of {deployment.Metadata.Name} are available, {least} at least are promised");
    }

    private void Forget(Deployment after, Deployment? before)
    {
        if (before is not null && RolloutMath.Replicas(after) == RolloutMath.Replicas(before)) return;
        _reached.Remove(after.Metadata.Uid!);
    }

    // A controller deletes what its set has too many of; whoever deletes another pod is a user.
    private bool IsByUser(Pod pod, ObjectChange change) =>
        change.Previous?.Object is Pod before && !PodFacts.IsTerminating(before)
        && (PodFacts.IsTerminating(pod) || change.Type == ChangeType.Deleted)
        && SetOf(pod) is { } set && ActivePods(set).Count() < RolloutMath.Replicas(set);

    private int Available(Deployment deployment) => world.Cache.OwnedBy(deployment.Metadata.Uid!)
        .Select(item => item.Object).OfType<ReplicaSet>().SelectMany(ActivePods)
        .Count(pod => PodFacts.IsAvailable(pod, deployment.Spec.MinReadySeconds, world.Now));

    private IEnumerable<Pod> ActivePods(ReplicaSet set) => world.Cache.OwnedBy(set.Metadata.Uid!)
        .Select(item => item.Object).OfType<Pod>().Where(PodFacts.IsActive);

    private Deployment? DeploymentOf(Pod pod) =>
        SetOf(pod) is { } set && Owners.ControllerOf(set) is { Kind: "Deployment" } owner
            && world.Cache.Find(Deployment.Kind, set.Metadata.Namespace!, owner.Name) is { } deployment
            && deployment.Metadata.Uid == owner.Uid ? deployment : null;

    private ReplicaSet? SetOf(Pod pod) =>
        Owners.ControllerOf(pod) is { Kind: "ReplicaSet" } owner
            && world.Cache.Find(ReplicaSet.Kind, pod.Metadata.Namespace!, owner.Name) is { } set
            && set.Metadata.Uid == owner.Uid ? set : null;
}
