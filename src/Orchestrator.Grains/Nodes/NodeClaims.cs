using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Coordination.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// The nodes this silo holds. Who attaches to a node first writes its name into the node's Lease; who finds another
/// name there has been replaced, and stops. So a silo that was paused, declared dead and resumed does no harm: it finds
/// out before it stops or removes anything. The Lease is written once per attachment; it is no heartbeat.
/// </summary>
internal sealed partial class NodeClaims(
    ClusterAccess cluster, IGrainFactory grains, ILocalSiloDetails silo, ISiloStatusOracle silos,
    ILogger<NodeClaims> log)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const string LeaseNamespace = "kube-node-lease";
    private const int GapPeriods = 3;
    private readonly ConcurrentDictionary<string, NodeClaim> _held = new(StringComparer.Ordinal);
    private readonly TimeSpan _period = cluster.Options.ClaimCheckPeriod;
    private ITimer? _timer;
    private long _lastLook;
    private long _lastRevision = -1;
    private int _isLooking;

    /// <inheritdoc />
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(NodeClaims), ServiceLifecycleStage.RuntimeInitialize, Start, Stop);

    /// <inheritdoc />
    public void Dispose() => _timer?.Dispose();

    /// <summary>Takes the node: from now on whoever held it before is to stop.</summary>
    /// <param name="node">The node as it is stored.</param>
    /// <param name="onLost">Called once, on any thread, when somebody else takes it.</param>
    /// <exception cref="StoreUnavailableException">Nobody can tell who holds it.</exception>
    /// <exception cref="ApiException">Somebody else took it at the same moment; try again.</exception>
    public async Task<NodeClaim> Claim(Node node, Action onLost)
    {
        await cluster.CatchUp();
        var name = node.Metadata.Name ?? "";
        var holder = $"{silo.SiloAddress.ToParsableString()}/{cluster.Ids.NewUid()}";
        var known = LeaseOf(name);
        var lease = Held(known ?? new Lease { Metadata = new() { Name = name, Namespace = LeaseNamespace } },
            node, holder);
        var grain = grains.Object(KeyOf(name));
        if (known is not null) await grain.Update(lease, "", WriteOptions.OfController);
        else await Create(grain, lease);
        var claim = new NodeClaim(name, holder, onLost);
        _held[name] = claim;
        LogClaimed(log, name, holder);
        return claim;
    }

    /// <summary>Nothing is done for the node any more.</summary>
    public void Release(NodeClaim claim) => _held.TryRemove(new(claim.NodeName, claim));

    /// <summary>
    /// Whether the holder may act. What cannot be undone is preceded by a look at what everybody wrote; the rest only
    /// after this process was paused, for then it may have been replaced.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nobody can tell; it has to wait.</exception>
    public async ValueTask<bool> MayAct(NodeClaim claim, bool isDestructive)
    {
        if (claim.IsLost) return false;
        if (!isDestructive && !WasPaused()) return true;
        await cluster.CatchUp();
        Judge(claim);
        return !claim.IsLost;
    }

    /// <summary>
    /// The silo that holds the node is gone, as far as this one knows; also when nobody ever held it.
    /// </summary>
    public bool IsHolderGone(string nodeName)
    {
        var holder = LeaseOf(nodeName)?.Spec.HolderIdentity ?? "";
        var slash = holder.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0) return true;
        try
        {
            return silos.GetApproximateSiloStatus(SiloAddress.FromParsableString(holder[..slash]))
                is SiloStatus.Dead or SiloStatus.None;
        }
        catch (FormatException)
        {
            // Written by something that is no silo of ours: then none of ours holds the node.
            return true;
        }
    }

    private static ObjectKey KeyOf(string node) => Lease.Kind.KeyOf(LeaseNamespace, node);

    private Lease? LeaseOf(string node) => cluster.Cache.Find(KeyOf(node))?.Object as Lease;

    private Lease Held(Lease lease, Node node, string holder) => lease with
    {
        Metadata = lease.Metadata with
        {
            OwnerReferences =
                [new() { ApiVersion = "v1", Kind = "Node", Name = node.Metadata.Name!, Uid = node.Metadata.Uid! }],
        },
        Spec = lease.Spec with
        {
            HolderIdentity = holder,
            AcquireTime = new MicroTime(cluster.Time.GetUtcNow()),
            LeaseTransitions = (lease.Spec.LeaseTransitions ?? -1) + 1,
        },
    };

    private async Task Create(IObjectGrain grain, Lease lease)
    {
        if (await cluster.FindNamespace(LeaseNamespace) is null)
        {
            var ns = new Namespace { Metadata = new() { Name = LeaseNamespace } };
            await grains.Object(Namespace.Kind.KeyOf("", LeaseNamespace)).Create(ns, WriteOptions.OfController);
        }
        await grain.Create(lease, WriteOptions.OfController);
    }

    private Task Start(CancellationToken cancellation)
    {
        _lastLook = cluster.Time.GetTimestamp();
        _timer = cluster.Time.CreateTimer(_ => _ = Look(), null, _period, _period);
        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken cancellation)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    private bool WasPaused() =>
        cluster.Time.GetElapsedTime(Volatile.Read(ref _lastLook)) > _period * GapPeriods;

    // A look that comes late tells that the process was paused: until it has caught up, nobody acts for a node.
    private async Task Look()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) == 1) return;
        try
        {
            if (!WasPaused()) Volatile.Write(ref _lastLook, cluster.Time.GetTimestamp());
            await cluster.CatchUp();
            var revision = cluster.Cache.Revision;
            if (revision != _lastRevision)
            {
                foreach (var (_, claim) in _held.OrderBy(held => held.Key, StringComparer.Ordinal)) Judge(claim);
            }
            _lastRevision = revision;
            Volatile.Write(ref _lastLook, cluster.Time.GetTimestamp());
        }
        catch (Exception trouble)
        {
            // The next look comes by itself.
            LogLookFailed(log, trouble.Message);
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    // A Lease that was deleted names nobody else, so the holder goes on.
    private void Judge(NodeClaim claim)
    {
        if (claim.IsLost || LeaseOf(claim.NodeName)?.Spec.HolderIdentity is not { Length: > 0 } holder) return;
        if (holder == claim.Holder) return;
        Release(claim);
        LogLost(log, claim.NodeName, holder);
        claim.Lose();
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Debug, Message = "node {Node} is held by {Holder}")]
    private static partial void LogClaimed(ILogger log, string node, string holder);

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning,
        Message = "node {Node} is held by {Holder} now; this activation stops and touches no container")]
    private static partial void LogLost(ILogger log, string node, string holder);

    [LoggerMessage(EventId = 212, Level = LogLevel.Debug,
        Message = "the claims of nodes could not be looked at: {Why}")]
    private static partial void LogLookFailed(ILogger log, string why);
}
