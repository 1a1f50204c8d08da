using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Scheduling;
using Orchestrator.Reconcilers.Volumes;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Scheduling;

/// <summary>Places the unbound pods of one scheduler's name. Follows nodes and pods by the change feed.</summary>
internal sealed partial class SchedulerGrain(ClusterAccess cluster) : Grain, ISchedulerGrain
{
    private const int BindsMax = 256;
    private static readonly TimeSpan TroubleDelay = TimeSpan.FromSeconds(1);
    private readonly PassTimer _passes = new();
    private readonly SchedulerState _state = new();
    private readonly ConcurrentQueue<ObjectChange> _changes = new();
    private readonly Dictionary<string, Refused> _refused = new(StringComparer.Ordinal);
    private long _loadedRevision;
    private IDisposable? _feed;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _feed = cluster.Store.Subscribe(Follow);
        var nodes = cluster.Cache.List(Node.Kind);
        var pods = cluster.Cache.List(Pod.Kind);
        _loadedRevision = Math.Min(nodes.Revision, pods.Revision);
        foreach (var item in nodes.Items) _state.SetNode((Node)item.Object);
        foreach (var item in pods.Items) _state.SetPod((Pod)item.Object);
        _passes.Start(this, Pass, cluster.Options.PassSpacing, cluster.Time, keepAlive: true);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _feed?.Dispose();
        return Task.CompletedTask;
    }

    public Task Nudge()
    {
        _passes.Ask();
        return Task.CompletedTask;
    }

    // Called on the committer's thread: it only queues, and the pass reads.
    private void Follow(IReadOnlyList<ObjectChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Object.Object is Pod or Node or PersistentVolumeClaim or PersistentVolume or StorageClass)
                _changes.Enqueue(change);
        }
    }

    private async Task<TimeSpan?> Pass(CancellationToken cancellation)
    {
        try
        {
            await cluster.CatchUp();
            TakeChanges();
            var pending = Pending();
            if (pending.Count == 0) return null;
            var openings = _state.Openings;
            var plan = SchedulingReconciler.Plan(_state.Snapshot(), pending, Volumes());
            foreach (var batch in plan.Placements.Chunk(BindsMax)) await Task.WhenAll(batch.Select(Bind));
            foreach (var batch in plan.Refusals.Chunk(BindsMax))
                await Task.WhenAll(batch.Select(refusal => Refuse(refusal, openings)));
            LogPlaced(cluster.Loggers.CreateLogger<SchedulerGrain>(), plan.Placements.Count, plan.Refusals.Count);
            return null;
        }
        catch (StoreUnavailableException)
        {
            return cluster.Options.PutOffDelay;
        }
        catch (Exception trouble)
        {
            // The next pass starts from what is stored.
            LogFailed(cluster.Loggers.CreateLogger<SchedulerGrain>(), trouble);
            return TroubleDelay;
        }
    }

    // Without those that found no node since which nothing has opened: a thousand of them must not delay the next pod.
    private List<Pod> Pending()
    {
        var waiting = cluster.Cache.PodsOn("").Select(item => (Pod)item.Object).Where(IsMine).ToList();
        if (_refused.Count > waiting.Count)
        {
            var uids = waiting.Select(pod => pod.Metadata.Uid ?? "").ToHashSet(StringComparer.Ordinal);
            foreach (var gone in _refused.Keys.Where(uid => !uids.Contains(uid)).ToList()) _refused.Remove(gone);
        }
        waiting.RemoveAll(pod => _refused.TryGetValue(pod.Metadata.Uid ?? "", out var refused)
            && refused.Openings == _state.Openings && ReferenceEquals(refused.Spec, pod.Spec));
        return waiting;
    }

    private bool IsMine(Pod pod) => (pod.Spec.SchedulerName ?? Nudges.DefaultScheduler) == Name;

    private void TakeChanges()
    {
        while (_changes.TryDequeue(out var change))
        {
            if (change.Revision <= _loadedRevision) continue;
            switch (change.Object.Object)
            {
                case Node node when change.Type == ChangeType.Deleted:
                    _state.RemoveNode(node.Metadata.Name ?? ""); break;
                case Node node: _state.SetNode(node); break;
                case Pod pod when change.Type == ChangeType.Deleted: _state.RemovePod(pod.Metadata.Uid ?? ""); break;
                case Pod pod: _state.SetPod(pod); break;
                case var storage:
                    var after = change.Type == ChangeType.Deleted ? null : storage;
                    if (VolumeNudges.IsOpening(change.Previous?.Object, after)) _state.Open();
                    break;
            }
        }
    }

    private VolumeLookups Volumes() => new()
    {
        FindClaim = (ns, name) => cluster.Cache.Find(PersistentVolumeClaim.Kind, ns, name),
        FindVolume = name => cluster.Cache.Find(PersistentVolume.Kind, "", name),
        FindClass = name => cluster.Cache.Find(StorageClass.Kind, "", name),
        Volumes = new(() => [.. cluster.Cache.All(PersistentVolume.Kind)]),
        PodsIn = ns => cluster.Cache.All(Pod.Kind, ns),
    };

    private async Task Bind(Placement placement)
    {
        var pod = placement.Pod;
        try
        {
            if (!await BindClaims(placement)) return;
            await GrainOf(pod).Bind(pod.Metadata.Uid ?? "", placement.NodeName, placement.Why);
        }
        catch (ApiException gone) when (gone.Code is 404 or 409)
        {
            // Deleted or bound between the look and the act; there is nothing left to place.
            LogSkipped(cluster.Loggers.CreateLogger<SchedulerGrain>(), gone.Message);
        }
    }

    // The volumes of a pod are on its node before it is. What cannot be had at once is waited for: a claim that is
    // bound later asks for a pass by that.
    private async Task<bool> BindClaims(Placement placement)
    {
        foreach (var claim in placement.Claims)
        {
            var owner = (IPersistentVolumeClaimGrain)GrainFactory.Object(KindRegistry.KeyOf(claim));
            try
            {
                if (!await owner.Select(claim.Metadata.Uid ?? "", placement.NodeName)) return false;
            }
            catch (ApiException overtaken) when (overtaken.Code == 409)
            {
                // Another claim got the volume; there may be another volume.
                _passes.Ask();
                return false;
            }
        }
        return true;
    }

    private async Task Refuse(Refusal refusal, long openings)
    {
        var uid = refusal.Pod.Metadata.Uid ?? "";
        await GrainOf(refusal.Pod).Unschedulable(uid, refusal.Reason, refusal.Message);
        _refused[uid] = new(openings, refusal.Pod.Spec);
    }

    private IPodGrain GrainOf(Pod pod) => (IPodGrain)GrainFactory.Object(KindRegistry.KeyOf(pod));

    [LoggerMessage(EventId = 400, Level = LogLevel.Debug, Message = "placed {Placed} pods, {Refused} found no node")]
    private static partial void LogPlaced(ILogger log, int placed, int refused);

    [LoggerMessage(EventId = 401, Level = LogLevel.Warning, Message = "a scheduling pass failed and will be repeated")]
    private static partial void LogFailed(ILogger log, Exception trouble);

    [LoggerMessage(EventId = 402, Level = LogLevel.Debug, Message = "skipped a placement: {Why}")]
    private static partial void LogSkipped(ILogger log, string why);

    /// <summary>What was so when a pod found no node.</summary>
    private sealed record Refused(long Openings, PodSpec Spec);
}
