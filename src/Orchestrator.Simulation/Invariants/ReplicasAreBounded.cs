using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Deployments;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// A ReplicaSet makes no pod beyond its size, and a Deployment enlarges no set so that all together are above its size
/// and surge. Pods that are finished or being deleted do not count, as in the reference.
/// </summary>
internal sealed class ReplicasAreBounded(SimulatedWorld world) : Invariant("there are never too many replicas")
{
    // A creation may be on its way when the set is made smaller by another activation.
    private static readonly TimeSpan LatenessMax = TimeSpan.FromMinutes(2);
    private readonly Dictionary<string, HighestLately> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _activePods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, int>> _setsOf = new(StringComparer.Ordinal);

    public override void See(ObjectChange change)
    {
        switch (change.Object.Object)
        {
            case Pod pod: See(pod, change); break;
            case ReplicaSet set: See(set, change); break;
            case Deployment deployment:
                SizeOf(deployment.Metadata.Uid!).Set(
                    RolloutMath.Replicas(deployment) + RolloutMath.MaxSurge(deployment), world.Now);
                break;
        }
    }

    private void See(Pod pod, ObjectChange change)
    {
        if (Owners.ControllerOf(pod) is not { Kind: "ReplicaSet" } owner) return;
        if (!_activePods.TryGetValue(owner.Uid, out var active)) _activePods[owner.Uid] = active = [];
        if (change.Type == ChangeType.Deleted || !PodFacts.IsActive(pod)) active.Remove(pod.Metadata.Uid!);
        else active.Add(pod.Metadata.Uid!);
        if (change.Type != ChangeType.Added) return;
        var sizeMax = SizeOf(owner.Uid).At(world.Now);
        if (active.Count > sizeMax)
        {
            throw Violated($"{change.Object.Key} is number {active.Count} of {owner.Name}, which wants {sizeMax}");
        }
    }

    private void See(ReplicaSet set, ObjectChange change)
    {
        var (uid, size) = (set.Metadata.Uid!, RolloutMath.Replicas(set));
        SizeOf(uid).Set(size, world.Now);
        if (Owners.ControllerOf(set) is not { Kind: "Deployment" } owner) return;
        if (!_setsOf.TryGetValue(owner.Uid, out var sets))
        {
            _setsOf[owner.Uid] = sets = new SortedDictionary<string, int>(StringComparer.Ordinal);
        }
        var before = sets.GetValueOrDefault(uid);
        if (change.Type == ChangeType.Deleted) sets.Remove(uid);
        else sets[uid] = size;
        var (total, totalMax) = (sets.Values.Sum(), SizeOf(owner.Uid).At(world.Now));
        if (change.Type != ChangeType.Deleted && size > before && total > totalMax)
        {
            throw Violated($"{change.Object.Key} grew from {before} to {size}, and all sets of {owner.Name} "
                + $"to {total} of at most {totalMax}");
        }
    }

    private HighestLately SizeOf(string uid)
    {
        if (!_sizes.TryGetValue(uid, out var size)) _sizes[uid] = size = new HighestLately(LatenessMax);
        return size;
    }
}
