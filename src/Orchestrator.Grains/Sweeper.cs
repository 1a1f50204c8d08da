using Microsoft.Extensions.Logging;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Nodes;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains;

/// <summary>
/// Wakes every object whose key falls to this silo: at its start, after a silo joins or leaves, and slowly for ever. A
/// nudge that was lost costs at most one period. There is no leader and no lock: each silo reckons its share from the
/// members it knows. Silos that hear of a change at different moments may for that moment both wake an object, which is
/// harmless, or neither, which heals itself: each sweeps again when it hears, and who hears last knows what all know.
/// </summary>
internal sealed partial class Sweeper(
    IWatchCache cache, IGrainFactory grains, TimeProvider time, ILocalSiloDetails silo, ISiloStatusOracle silos,
    NodeClaims claims, GrainOptions options, ILogger<Sweeper> log)
        : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener, IDisposable
{
    private const int SweptEvent = 300;
    private static readonly TimeSpan JoinDelay = TimeSpan.FromMilliseconds(100);
    private ITimer? _timer;
    private ITimer? _nodeTimer;
    private (long Revision, int Members) _looked;
    private int _members;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(Sweeper), ServiceLifecycleStage.Active, Start, Stop);

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        Interlocked.Increment(ref _members);
        _timer?.Change(JoinDelay, options.SweepPeriod);
        _nodeTimer?.Change(TimeSpan.Zero, options.NodeCheckPeriod);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _nodeTimer?.Dispose();
    }

    private Task Start(CancellationToken cancellation)
    {
        _timer = time.CreateTimer(_ => Sweep(), null, TimeSpan.Zero, options.SweepPeriod);
        _nodeTimer = time.CreateTimer(_ => LookAtNodes(), null, options.NodeCheckPeriod, options.NodeCheckPeriod);
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken cancellation)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        Dispose();
        return Task.CompletedTask;
    }

    private void Sweep()
    {
        try
        {
            var woken = 0;
            var range = Range();
            foreach (var kind in Kinds())
            {
                foreach (var item in cache.List(kind).Items)
                {
                    // Most objects are events that are young: they need no hash to be left alone.
                    if (item.Object is Event happened && !IsOld(happened)) continue;
                    if (!range.Holds(item.Key.ToString())) continue;
                    if (Wake(item)) woken++;
                }
            }
            _ = grains.GetGrain<ISchedulerGrain>(Nudges.DefaultScheduler).Nudge();
            LogSwept(log, silo.SiloAddress, range.SiloCount, woken);
        }
        catch (Exception trouble)
        {
            // The timer goes on; the next sweep repeats what this one did not reach.
            LogSweepFailed(log, trouble);
        }
    }

    private IEnumerable<Kind> Kinds() => KindRegistry.All.Where(static kind => kind.Stored == kind).Concat(
        cache.All(CustomResourceDefinition.Kind).Select(definition => CustomKinds.Of(definition).Storage)
            .OfType<Kind>());

    // The silos know of each other's death; a node whose holder is gone is asked for at once, and not at the next
    // sweep. While nothing was written and nobody came or went, there is nothing to find.
    private void LookAtNodes()
    {
        try
        {
            var seen = (cache.Revision, Volatile.Read(ref _members));
            if (seen == _looked) return;
            var range = Range();
            foreach (var item in cache.List(Node.Kind).Items)
            {
                if (item.Object.Metadata.Annotations.ContainsKey(NodeRegistration.EndpointAnnotation)
                    && range.Holds(item.Key.ToString()) && claims.IsHolderGone(item.Key.Name))
                {
                    _ = grains.Object(item.Key).Nudge();
                }
            }
            _looked = seen;
        }
        catch (Exception trouble)
        {
            // The timer goes on, and the next look sees what this one did not.
            LogSweepFailed(log, trouble);
        }
    }

    private bool Wake(StoredObject item)
    {
        if (item.Object is Event happened)
        {
            if (!IsOld(happened)) return false;
            _ = grains.Object(item.Key).Delete(
                new DeleteRequest { ResourceVersion = happened.Metadata.ResourceVersion });
            return true;
        }
        if (item.Object is Node) _ = grains.GetGrain<INodeGrain>(item.Key.Name).Nudge();
        if (!NeedsWaking(item)) return false;
        _ = grains.Object(item.Key).Nudge();
        return true;
    }

    // A passive object with neither owners nor an end in sight has nothing to look at. One that was made while its
    // namespace was being removed through another silo has outlived it, and goes.
    private bool NeedsWaking(StoredObject item) =>
        item.Object is Pod or ReplicaSet or Deployment or Namespace or Node or ResourceQuota or CustomResourceDefinition
            or PersistentVolume or PersistentVolumeClaim
        || (item.Key.Namespace.Length > 0 && cache.Find(Namespace.Kind, "", item.Key.Namespace) is null)
        || item.Object.Metadata.OwnerReferences.Count > 0
        || item.Object.Metadata.DeletionTimestamp is not null;

    private bool IsOld(Event happened)
    {
        var last = happened.LastTimestamp ?? happened.EventTime?.Value ?? happened.Metadata.CreationTimestamp;
        return last is { } at && time.GetUtcNow() - at > options.EventLifetime;
    }

    private SweepRange Range() => new(
        silo.SiloAddress.ToParsableString(),
        silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(address => address.ToParsableString()));

    [LoggerMessage(EventId = SweptEvent, Level = LogLevel.Debug,
        Message = "{Silo}, one of {Count}, woke {Woken} objects")]
    private static partial void LogSwept(ILogger log, SiloAddress silo, int count, int woken);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "a sweep failed and will be repeated")]
    private static partial void LogSweepFailed(ILogger log, Exception trouble);
}
