using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Reconcilers.Deployments;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Reconcilers.Scheduling;
using Orchestrator.Reconcilers.Volumes;
using Orchestrator.Storage;

namespace Orchestrator.Simulations;

/// <summary>
/// Says whether the world is as its users asked: every status says what its spec wants, every pod runs or has ended,
/// nothing waits that could go on, and the engines run what the pods say and nothing else.
/// </summary>
internal sealed class Settlement(SimulatedWorld world)
{
    /// <summary>The first thing that is not settled, as a sentence, or null.</summary>
    public string? Unsettled()
    {
        var lost = world.LostNodes.ToHashSet(StringComparer.Ordinal);
        var pods = world.Cache.All(Pod.Kind).ToList();
        return Nodes(lost) ?? Claims() ?? OwnClaims(pods) ?? Going(pods, lost) ?? Unplaced(pods)
            ?? Unready(pods, lost) ?? Sets(lost) ?? Deployments(lost) ?? Engines(lost);
    }

    private string? Nodes(HashSet<string> lost) => world.Engines.Keys
        .Where(node => !lost.Contains(node) && !world.IsReady(node))
        .Select(node => $"node {node} is not ready").FirstOrDefault();

    private string? Claims() => world.Cache.All(PersistentVolume.Kind)
        .Where(volume => volume.Spec.ClaimRef is { Uid: { } uid, Name: { } name, Namespace: { } ns }
            && world.Cache.Find(PersistentVolumeClaim.Kind, ns, name) is { } claim && claim.Metadata.Uid == uid
            && (claim.Status.Phase != "Bound" || volume.Status.Phase != "Bound"))
        .Select(volume => $"volume {volume.Metadata.Name} is not bound to its claim yet").FirstOrDefault();

    private string? OwnClaims(List<Pod> pods)
    {
        foreach (var pod in pods.Where(PodFacts.IsActive))
        {
            var plan = PodOwnClaims.Plan(
                pod, name => world.Cache.Find(PersistentVolumeClaim.Kind, pod.Metadata.Namespace!, name));
            if (plan.Missing.Count > 0) return $"pod {NameOf(pod)} has no claim {plan.Missing[0].Metadata.Name}";
        }
        var uids = pods.Select(pod => pod.Metadata.Uid).ToHashSet();
        return world.Cache.All(PersistentVolumeClaim.Kind)
            .Where(claim => Owners.ControllerOf(claim) is { Kind: "Pod" } owner && !uids.Contains(owner.Uid))
            .Select(claim => $"claim {NameOf(claim)} is left of a pod that is gone").FirstOrDefault();
    }

    private VolumeLookups Volumes() => new()
    {
        FindClaim = (ns, name) => world.Cache.Find(PersistentVolumeClaim.Kind, ns, name),
        FindVolume = name => world.Cache.Find(PersistentVolume.Kind, "", name),
        FindClass = name => world.Cache.Find(StorageClass.Kind, "", name),
        Volumes = new(() => [.. world.Cache.All(PersistentVolume.Kind)]),
        PodsIn = ns => world.Cache.All(Pod.Kind, ns),
    };

    // What is on a lost node cannot be confirmed to have stopped; what waits for it waits too.
    private string? Going(List<Pod> pods, HashSet<string> lost)
    {
        var waiting = pods.Where(pod => PodFacts.IsTerminating(pod) && lost.Contains(pod.Spec.NodeName ?? ""))
            .SelectMany(pod => new[] { pod.Metadata.Namespace!, $"{pod.Metadata.Namespace}/{pod.Metadata.Name}" })
            .ToHashSet(StringComparer.Ordinal);
        foreach (var item in KindRegistry.All.SelectMany(kind => world.Cache.List(kind).Items))
        {
            var meta = item.Object.Metadata;
            if (meta.DeletionTimestamp is null) continue;
            var isExcused = item.Object is Pod pod
                ? waiting.Contains($"{meta.Namespace}/{meta.Name}") && lost.Contains(pod.Spec.NodeName ?? "")
                : waiting.Contains(item.Object is Namespace ? meta.Name! : meta.Namespace ?? "");
            if (!isExcused) return $"{item.Key} is still being deleted";
        }
        return null;
    }

    private string? Unplaced(List<Pod> pods)
    {
        var pending = pods.Where(pod => pod.Spec.NodeName is null or "" && PodFacts.IsActive(pod)).ToList();
        if (pending.Count == 0) return null;
        var plan = SchedulingReconciler.Plan(
            SchedulingSnapshot.Of(world.Cache.All(Node.Kind), pods), pending, Volumes());
        return plan.Placements.Count == 0
            ? null
            : $"pod {NameOf(plan.Placements[0].Pod)} is not bound, although {plan.Placements[0].NodeName} takes it";
    }

    private static string? Unready(List<Pod> pods, HashSet<string> lost)
    {
        foreach (var pod in pods)
        {
            if (!PodFacts.IsActive(pod) || pod.Spec.NodeName is not { Length: > 0 } node) continue;
            if (lost.Contains(node) || Crashes(pod)) continue;
            if (EndsByItself(pod)) return $"pod {NameOf(pod)} has not ended";
            if (!PodFacts.IsReady(pod)) return $"pod {NameOf(pod)} on {node} is not ready";
        }
        return null;
    }

    private string? Sets(HashSet<string> lost)
    {
        foreach (var set in world.Cache.All(ReplicaSet.Kind).Where(set => set.Metadata.DeletionTimestamp is null))
        {
            var pods = PodsOf(set).Where(PodFacts.IsActive).ToList();
            var name = $"replicaset {NameOf(set)}";
            if (pods.Count != RolloutMath.Replicas(set))
            {
                return $"{name} wants {set.Spec.Replicas} pods and has {pods.Count}";
            }
            if (set.Status.ObservedGeneration != set.Metadata.Generation) return $"{name} was not looked at";
            if (set.Status.Replicas != pods.Count) return $"{name} says {set.Status.Replicas} of {pods.Count} pods";
            if (!pods.Any(pod => lost.Contains(pod.Spec.NodeName ?? ""))
                && set.Status.ReadyReplicas != pods.Count(PodFacts.IsReady))
            {
                return $"{name} says that {set.Status.ReadyReplicas} of its pods are ready";
            }
        }
        return null;
    }

    private string? Deployments(HashSet<string> lost)
    {
        foreach (var deployment in world.Cache.All(Deployment.Kind))
        {
            if (deployment.Metadata.DeletionTimestamp is not null) continue;
            var sets = world.Cache.OwnedBy(deployment.Metadata.Uid!).Select(item => item.Object).OfType<ReplicaSet>();
            var pods = sets.SelectMany(PodsOf).ToList();
            var name = $"deployment {NameOf(deployment)}";
            if (deployment.Status.ObservedGeneration != deployment.Metadata.Generation)
            {
                return $"{name} was not looked at";
            }
            // Paused, without room, or with pods that nobody can reach: it cannot go on.
            var isHeld = deployment.Spec.Paused
                || pods.Any(pod => pod.Spec.NodeName is null or "" || lost.Contains(pod.Spec.NodeName));
            if (isHeld) continue;
            var (status, wanted) = (deployment.Status, RolloutMath.Replicas(deployment));
            if (status.Replicas != wanted || status.UpdatedReplicas != wanted || status.AvailableReplicas != wanted)
            {
                return $"{name} wants {wanted} pods and has {status.Replicas}, {status.UpdatedReplicas} of them "
                    + $"updated and {status.AvailableReplicas} available";
            }
        }
        return null;
    }

    private string? Engines(HashSet<string> lost)
    {
        foreach (var (node, engine) in world.Engines.Where(engine => !lost.Contains(engine.Key)))
        {
            var pods = world.Cache.PodsOn(node).Select(item => (Pod)item.Object)
                .ToDictionary(pod => pod.Metadata.Uid!);
            var running = new HashSet<(string, string)>();
            foreach (var container in engine.Snapshots())
            {
                if (WarmSandbox.IsWaiting(container.Name, container.Labels)) continue;
                var uid = container.Labels[ContainerLabels.PodUid];
                if (!pods.TryGetValue(uid, out var pod)) return $"{container.Name} is on {node} for no pod";
                if (container.Phase != ContainerPhase.Running) continue;
                if (PodFacts.IsFinished(pod)) return $"{container.Name} runs on {node} for a finished pod";
                running.Add((uid, container.Labels[ContainerLabels.ContainerName]));
            }
            foreach (var pod in pods.Values.Where(PodFacts.IsReady))
            {
                var missing = pod.Spec.Containers.FirstOrDefault(
                    container => !running.Contains((pod.Metadata.Uid!, container.Name)));
                if (missing is not null) return $"{missing.Name} of the ready pod {NameOf(pod)} does not run on {node}";
            }
        }
        return null;
    }

    private IEnumerable<Pod> PodsOf(ReplicaSet set) =>
        world.Cache.OwnedBy(set.Metadata.Uid!).Select(item => item.Object).OfType<Pod>();

    private static bool Crashes(Pod pod) => HasImage(pod, "job/crashing");

    private static bool EndsByItself(Pod pod) => HasImage(pod, "job/") && pod.Spec.RestartPolicy != "Always";

    private static bool HasImage(Pod pod, string image) => pod.Spec.Containers.Any(
        container => container.Image?.StartsWith(image, StringComparison.Ordinal) == true);

    private static string NameOf(ApiObject obj) => $"{obj.Metadata.Namespace}/{obj.Metadata.Name}";
}
