using System.Runtime.ExceptionServices;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Reconcilers.ReplicaSets;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.ReplicaSets;

/// <summary>Runs <see cref="ReplicaSetReconciler"/> for one ReplicaSet. Decides nothing itself.</summary>
internal sealed class ReplicaSetGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), IReplicaSetGrain
{
    private const string Component = "replicaset-controller";
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private ReplicaFailure? _failure;

    private ReplicaSet Set => (ReplicaSet)Existing();

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var set = Set;
        var pods = Pods(set);
        var plan = ReplicaSetReconciler.Reconcile(set, pods, Cluster.Time.GetUtcNow(),
            Context(set, pods.Count > (set.Spec.Replicas ?? 1)));
        Cluster.Store.Explain(plan.Reasons);
        foreach (var action in plan.Actions) await Claim(set, action);
        _failure = await Create(set, [.. plan.Actions.OfType<PodAction.Create>()])
            ?? await Delete(set, [.. plan.Actions.OfType<PodAction.Delete>()]);
        await Record(plan.Status);
        return _failure is null ? plan.LookAgainAfter : RetryDelay;
    }

    // Its own, and those that nobody controls, which it may adopt.
    private List<Pod> Pods(ReplicaSet set)
    {
        var own = Cluster.Cache.OwnedBy(set.Metadata.Uid ?? "").Select(item => item.Object).OfType<Pod>()
            .Where(pod => Owners.IsControlledBy(pod, set.Metadata.Uid));
        var loose = Cluster.Cache.Uncontrolled(Pod.Kind, Key.Namespace).Select(item => (Pod)item.Object)
            .Where(PodFacts.IsActive);
        return [.. own, .. loose];
    }

    private ReplicaSetContext Context(ReplicaSet set, bool isShrinking) => new()
    {
        Failure = _failure,
        IsTaken = name => Cluster.Cache.Find(Pod.Kind.KeyOf(Key.Namespace, name)) is not null,
        Siblings = isShrinking ? Siblings(set) : [],
    };

    private List<Pod> Siblings(ReplicaSet set)
    {
        if (Owners.ControllerOf(set) is not { } owner) return [];
        return [.. Cluster.Cache.OwnedBy(owner.Uid).Where(item => item.Object is ReplicaSet)
            .SelectMany(item => Cluster.Cache.OwnedBy(item.Object.Metadata.Uid ?? "")).Select(item => item.Object)
            .OfType<Pod>()];
    }

    private async Task Claim(ReplicaSet set, PodAction action)
    {
        var key = Pod.Kind.KeyOf(Key.Namespace, action.Name);
        if (Cluster.Cache.Find(key)?.Object is not Pod pod) return;
        var owners = action switch
        {
            PodAction.Adopt => Owners.With(pod, set),
            PodAction.Release => Owners.Without(pod, set.Metadata.Uid ?? ""),
            _ => null,
        };
        if (owners is null) return;
        // The version read is the precondition: whoever writes meanwhile wins, and the next pass looks again.
        await GrainFactory.Object(key).Update(
            pod with { Metadata = pod.Metadata with { OwnerReferences = owners } }, "", WriteOptions.OfController);
    }

    private async Task<ReplicaFailure?> Create(ReplicaSet set, IReadOnlyList<PodAction.Create> creates)
    {
        var failure = await SlowStart.RunAsync(creates, Cluster.Options.FanOutMax, async create =>
        {
            var pod = PodTemplates.CreatePod(set, set.Spec.Template, create.Name);
            await GrainFactory.Object(Pod.Kind.KeyOf(Key.Namespace, create.Name))
                .Create(pod, WriteOptions.OfController);
            Cluster.Events.Record(set, "", "Normal", "SuccessfulCreate", $"Created pod: {create.Name}", Component);
        });
        // The name was taken between the look and the act; the next pass sees by whom.
        if (failure is null or ApiException { Reason: "AlreadyExists" }) return null;
        PassOnTrouble(failure);
        Cluster.Events.Record(set, "", "Warning", "FailedCreate", $"Error creating: {failure.Message}", Component);
        return new("FailedCreate", failure.Message);
    }

    private async Task<ReplicaFailure?> Delete(ReplicaSet set, IReadOnlyList<PodAction.Delete> deletes)
    {
        var failure = await SlowStart.RunAsync(deletes, Cluster.Options.FanOutMax, async delete =>
        {
            await GrainFactory.Object(Pod.Kind.KeyOf(Key.Namespace, delete.Name))
                .Delete(new DeleteRequest { Uid = delete.Uid });
            Cluster.Events.Record(set, "", "Normal", "SuccessfulDelete", $"Deleted pod: {delete.Name}", Component);
        });
        if (failure is null or ApiException { Reason: "NotFound" or "Conflict" }) return null;
        PassOnTrouble(failure);
        Cluster.Events.Record(set, "", "Warning", "FailedDelete", $"Error deleting: {failure.Message}", Component);
        return new("FailedDelete", failure.Message);
    }

    // A silo that dies under a call, or a store that is silent, is nothing the set's user could put right: the pass is
    // repeated, and nothing is said of it in the status.
    private static void PassOnTrouble(Exception failure)
    {
        if (failure is not ApiException { Code: < 500 }) ExceptionDispatchInfo.Throw(failure);
    }

    private async Task Record(ReplicaSetStatus status)
    {
        if (Current is not ReplicaSet set) return;
        var next = set with { Status = status };
        if (!ApiJson.AreSame(next, set)) await CommitStatus(next);
    }
}
