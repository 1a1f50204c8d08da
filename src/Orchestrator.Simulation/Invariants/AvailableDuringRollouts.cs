using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Deployments;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// Once a rolling Deployment was complete at its size, a rollout leaves as many available as it promises. Holds
/// where nothing fails; a pod that a user deletes begins the count anew.
/// </summary>
internal sealed class AvailableDuringRollouts(SimulatedWorld world) : Invariant("rollouts keep enough pods available")
{
    // Deployments that were rolled out to the end at the size they have.
    private readonly HashSet<string> _reached = new(StringComparer.Ordinal);

    public override void See(ObjectChange change)
    {
        if (change.Object.Object is Deployment changed) See(changed, change.Previous?.Object as Deployment);
        if (change.Object.Object is not Pod pod || DeploymentOf(pod) is not { } deployment) return;
        var uid = deployment.Metadata.Uid!;
        if (!RolloutMath.IsRolling(deployment) || deployment.Metadata.DeletionTimestamp is not null
            || deployment.Spec.Paused)
        {
            _reached.Remove(uid);
            return;
        }
        if (!_reached.Contains(uid)) return;
        var wanted = RolloutMath.Replicas(deployment);
        // As in the reference, a set made smaller may lose a pod that counts before one that is ready but young.
        var ready = Pods(deployment).Count(PodFacts.IsReady);
        var least = wanted - RolloutMath.MaxUnavailable(deployment);
        if (ready >= least) return;
        if (IsByUser(pod, change))
        {
            _reached.Remove(uid);
            return;
        }
        throw Violated($"{ready} pods of {deployment.Metadata.Name} are ready, {least} at least are promised");
    }

    private void See(Deployment after, Deployment? before)
    {
        var (uid, wanted) = (after.Metadata.Uid!, RolloutMath.Replicas(after));
        if (before is null || wanted != RolloutMath.Replicas(before)) _reached.Remove(uid);
        // Its pods are counted only when it says itself that it is complete: a count of all costs more than a change.
        if (after.Status.AvailableReplicas >= wanted && IsComplete(after, wanted)) _reached.Add(uid);
    }

    // A controller deletes what its set has too many of; whoever deletes another pod is a user.
    private bool IsByUser(Pod pod, ObjectChange change) =>
        change.Previous?.Object is Pod before && !PodFacts.IsTerminating(before)
        && (PodFacts.IsTerminating(pod) || change.Type == ChangeType.Deleted)
        && SetOf(pod) is { } set && ActivePods(set).Count() < RolloutMath.Replicas(set);

    private bool IsComplete(Deployment deployment, int wanted) =>
        RolloutMath.Total(Sets(deployment)) == wanted
        && Sets(deployment).Count(set => RolloutMath.Replicas(set) > 0) < 2
        && Pods(deployment).Count(pod => IsAvailable(pod, deployment)) >= wanted;

    private bool IsAvailable(Pod pod, Deployment deployment) =>
        PodFacts.IsAvailable(pod, deployment.Spec.MinReadySeconds, world.Now);

    private IEnumerable<Pod> Pods(Deployment deployment) => Sets(deployment).SelectMany(ActivePods);

    private IEnumerable<ReplicaSet> Sets(Deployment deployment) =>
        world.Cache.OwnedBy(deployment.Metadata.Uid!).Select(item => item.Object).OfType<ReplicaSet>();

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
