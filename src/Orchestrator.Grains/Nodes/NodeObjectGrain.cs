using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Nodes;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// Runs <see cref="NodeLifeReconciler"/> for one Node: asks whoever runs the node, and believes in its loss only when
/// it has asked twice. No heartbeat is written; a node that is well costs a question per sweep.
/// </summary>
internal sealed class NodeObjectGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster,
    NodeClaims claims) : ControllerGrain(stored, cluster), INodeObjectGrain
{
    private const string Component = "node-controller";
    private const string EvictionComponent = "taint-eviction-controller";
    private const int MissesMin = 2;
    private DateTimeOffset? _silentSince;
    private DateTimeOffset? _heldUntil;
    private int _misses;

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var look = HasEndpoint((Node)Existing()) ? await Look() : new NodeLook(NodeSight.NotAsked);
        if (Current is not Node node) return null;
        var pods = Cluster.Cache.PodsOn(Key.Name).Select(item => (Pod)item.Object).ToList();
        var plan = NodeLifeReconciler.Reconcile(node, look, pods, Cluster.Now);
        Cluster.Store.Explain(plan.Reasons);
        await Record(node, plan.Next);
        await Act(plan);
        return Soonest(plan.LookAgainAfter, Patience(look, plan.Next));
    }

    protected override async Task Committed(ApiObject? before, ApiObject? after)
    {
        await base.Committed(before, after);
        if (after is not null) return;
        foreach (var pod in Cluster.Cache.PodsOn(Key.Name)) _ = GrainFactory.Object(pod.Key).Nudge();
    }

    private static bool HasEndpoint(Node node) =>
        node.Metadata.Annotations.GetValueOrDefault(NodeRegistration.EndpointAnnotation) is { Length: > 0 };

    private static TimeSpan? Soonest(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;

    private TimeSpan? Patience(NodeLook look, Node node) => look.Sight switch
    {
        NodeSight.Unsure => Cluster.Options.NodePingRetry,
        NodeSight.NotAsked => null,
        NodeSight.Ready when NodeLifeReconciler.StatusOf(node) == "True" => null,
        _ => Cluster.Options.NodeReturnPeriod,
    };

    private async Task<NodeLook> Look()
    {
        var begun = Cluster.Time.GetUtcNow();
        var (pulse, why) = await Pulse();
        var held = HeldUntil();
        if (pulse is { IsAttached: true })
        {
            (_silentSince, _misses) = (null, 0);
            return new(pulse.IsEngineReachable ? NodeSight.Ready : NodeSight.EngineDown, pulse.Why, held);
        }
        _silentSince ??= begun;
        _misses++;
        var isLong = Cluster.Time.GetUtcNow() - _silentSince >= Cluster.Options.NodeSilenceMax;
        // Where membership has given up the silo that held the node, and no other takes it, waiting tells nothing more.
        var isGone = pulse is null && claims.IsHolderGone(Key.Name);
        return new(_misses >= MissesMin && (isLong || isGone) ? NodeSight.Silent : NodeSight.Unsure, why, held);
    }

    private async Task<(NodePulse? Pulse, string Why)> Pulse()
    {
        try
        {
            var pulse = await GrainFactory.GetGrain<INodeGrain>(Key.Name).Ping().Within(Cluster.Options.NodePingTimeout,
                Cluster.Time);
            return (pulse, pulse.Why);
        }
        catch (Exception silent)
        {
            // Whatever keeps the question from being answered: the node is not heard.
            return (null, silent.Message);
        }
    }

    // When no node at all is ready, it is this side that is cut off, and nobody is evicted for it.
    private DateTimeOffset? HeldUntil()
    {
        var nodes = Cluster.Cache.All(Node.Kind).Where(HasEndpoint);
        if (nodes.All(node => NodeLifeReconciler.StatusOf(node) is "False" or "Unknown")) _heldUntil = Cluster.Now;
        return _heldUntil;
    }

    private async Task Record(Node node, Node next)
    {
        if (ApiJson.AreSame(next, node)) return;
        var (before, after) = (NodeLifeReconciler.StatusOf(node), NodeLifeReconciler.StatusOf(next));
        await CommitStatus(next);
        if (before == after) return;
        var reason = after == "True" ? "NodeReady" : "NodeNotReady";
        Cluster.Events.Record(next, "", "Normal", reason, $"Node {Key.Name} status is now: {reason}", Component);
    }

    private async Task Act(NodeLifePlan plan)
    {
        var why = $"node {Key.Name} is not ready";
        await SlowStart.RunAsync(plan.Unready, Cluster.Options.FanOutMax,
            pod => GrainOf(pod).Unready(pod.Metadata.Uid ?? "", why));
        var failure = await SlowStart.RunAsync(plan.Evictions, Cluster.Options.FanOutMax, async eviction =>
        {
            var pod = eviction.Pod;
            Cluster.Events.Record(pod, "", "Normal", "TaintManagerEviction",
                $"Marking for deletion Pod {pod.Metadata.Namespace}/{pod.Metadata.Name}", EvictionComponent);
            await GrainOf(pod).Evict(pod.Metadata.Uid ?? "", "DeletionByTaintManager",
                $"Taint manager: deleting due to NoExecute taint: {eviction.Why}");
        });
        if (failure is not null) throw failure;
    }

    private IPodGrain GrainOf(Pod pod) => (IPodGrain)GrainFactory.Object(KindRegistry.KeyOf(pod));
}
