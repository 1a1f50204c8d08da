using Microsoft.Extensions.Logging;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains;

/// <summary>
/// Wakes every object whose key hashes to this silo: at its start, after a silo joins or leaves, and slowly for ever. A
/// nudge that was lost costs at most one period.
/// </summary>
internal sealed partial class Sweeper(
    IWatchCache cache, IGrainFactory grains, TimeProvider time, ILocalSiloDetails silo, ISiloStatusOracle silos,
    GrainOptions options, ILogger<Sweeper> log) : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener, IDisposable
{
    private static readonly TimeSpan JoinDelay = TimeSpan.FromMilliseconds(100);
    private ITimer? _timer;

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(Sweeper), ServiceLifecycleStage.Active, Start, Stop);

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) =>
        _timer?.Change(JoinDelay, options.SweepPeriod);

    public void Dispose() => _timer?.Dispose();

    private Task Start(CancellationToken cancellation)
    {
        _timer = time.CreateTimer(_ => Sweep(), null, TimeSpan.Zero, options.SweepPeriod);
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken cancellation)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    private void Sweep()
    {
        try
        {
            var woken = 0;
            var (index, count) = Range();
            foreach (var kind in KindRegistry.All)
            {
                foreach (var item in cache.List(kind).Items)
                {
                    if (IndexOf(item.Key.ToString(), count) != index) continue;
                    if (Wake(item)) woken++;
                }
            }
            _ = grains.GetGrain<ISchedulerGrain>(Nudges.DefaultScheduler).Nudge();
            LogSwept(log, woken, index, count);
        }
        catch (Exception trouble)
        {
            // The timer goes on; the next sweep repeats what this one did not reach.
            LogSweepFailed(log, trouble);
        }
    }

    private bool Wake(StoredObject item)
    {
        if (item.Object is Event happened)
        {
            if (!IsOld(happened)) return false;
            _ = grains.Object(item.Key).Delete(new DeleteRequest { ResourceVersion = happened.Metadata.ResourceVersion });
            return true;
        }
        if (item.Object is Node) _ = grains.GetGrain<INodeGrain>(item.Key.Name).Nudge();
        if (!NeedsWaking(item)) return false;
        _ = grains.Object(item.Key).Nudge();
        return true;
    }

    // A passive object with neither owners nor an end in sight has nothing to look at.
    private static bool NeedsWaking(StoredObject item) =>
        item.Object is Pod or ReplicaSet or Deployment or Namespace
        || item.Object.Metadata.OwnerReferences.Count > 0
        || item.Object.Metadata.DeletionTimestamp is not null;

    private bool IsOld(Event happened)
    {
        var last = happened.LastTimestamp ?? happened.EventTime?.Value ?? happened.Metadata.CreationTimestamp;
        return last is { } at && time.GetUtcNow() - at > options.EventLifetime;
    }

    private (int Index, int Count) Range()
    {
        var active = silos.GetApproximateSiloStatuses(onlyActive: true).Keys
            .Select(address => address.ToString()).Order(StringComparer.Ordinal).ToList();
        var index = active.IndexOf(silo.SiloAddress.ToString());
        return index < 0 ? (0, 1) : (index, active.Count);
    }

    // FNV-1a, because string.GetHashCode differs from process to process.
    private static int IndexOf(string key, int count)
    {
        var hash = 2166136261u;
        foreach (var c in key) hash = unchecked((hash ^ c) * 16777619u);
        return (int)(hash % (uint)count);
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Debug, Message = "swept range {Index} of {Count}: woke {Woken} objects")]
    private static partial void LogSwept(ILogger log, int woken, int index, int count);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "a sweep failed and will be repeated")]
    private static partial void LogSweepFailed(ILogger log, Exception trouble);
}
