using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Quotas;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Quotas;

/// <summary>
/// Counts one namespace for its quotas, and promises room to writes before they are stored. It keeps nothing of its
/// own: a new activation counts the objects.
/// </summary>
internal sealed class QuotaGrain(ClusterAccess cluster, NamespaceFeed feed) : Grain, IQuotaGrain
{
    // Longer than any write takes from here to the store.
    private static readonly TimeSpan PromiseMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetPeriod = TimeSpan.FromSeconds(10);
    private QuotaLedger? _ledger;
    private FeedQueue? _queue;
    private DateTimeOffset _forgotten;

    private string Namespace => this.GetPrimaryKeyString();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_queue is not null) feed.Close(Namespace, _queue);
        return Task.CompletedTask;
    }

    public async Task Promise(string key, ApiObject next, long seen, bool isTrial)
    {
        try
        {
            await PromiseNow(ObjectKey.Parse(key), next, seen, isTrial);
        }
        catch (StoreUnavailableException silent)
        {
            throw WriteTrouble.NotCommitted(silent);
        }
    }

    public async Task<ResourceQuota> Count(ResourceQuota quota)
    {
        await cluster.CatchUp();
        var ledger = await Counted();
        return quota with { Status = ledger.StatusOf(quota.Metadata.Name ?? "") ?? quota.Status };
    }

    private async Task PromiseNow(ObjectKey key, ApiObject next, long seen, bool isTrial)
    {
        // A quota that the asker knows of must be known here.
        if (seen > cluster.Cache.Revision) await cluster.CatchUp();
        var now = cluster.Time.GetUtcNow();
        var ledger = await Counted();
        await Forget(ledger, now);
        if (ledger.Promise(key, next, now, isTrial) is not null)
        {
            // What was deleted through another silo may have made room.
            await cluster.CatchUp();
            if ((await Counted()).Promise(key, next, now, isTrial) is { } why)
                throw ApiException.Forbidden(KindRegistry.Of(key), key.Name, why);
        }
        // The next activation would not know of what was promised.
        if (!isTrial) DelayDeactivation(PromiseMax);
    }

    // The ledger as of now. After a first count the changes are enough.
    private async ValueTask<QuotaLedger> Counted()
    {
        if (_ledger is null || _queue!.IsBroken) await CountAll();
        while (_queue!.TryTake(out var change))
        {
            var stored = change.Object;
            if (change.Type == ChangeType.Deleted)
                _ledger!.Remove(stored.Key, stored.Revision, stored.Object.Metadata.Uid);
            else
                _ledger!.Record(stored.Key, stored.Revision, stored.Object);
        }
        _ledger!.Advance(cluster.Time.GetUtcNow());
        return _ledger;
    }

    private async Task CountAll()
    {
        if (_queue is not null) feed.Close(Namespace, _queue);
        await cluster.CatchUp();
        var queue = feed.Open(Namespace);
        var ledger = new QuotaLedger();
        foreach (var item in cluster.Cache.InNamespace(Namespace)) ledger.Record(item.Key, item.Revision, item.Object);
        (_queue, _ledger) = (queue, ledger);
    }

    // A write that failed leaves its promise behind. One that is stored and not yet seen here must keep it.
    private async Task Forget(QuotaLedger ledger, DateTimeOffset now)
    {
        if (now - _forgotten < ForgetPeriod) return;
        _forgotten = now;
        if (ledger.OldestPromise is not { } oldest || now - oldest < PromiseMax) return;
        await cluster.CatchUp();
        (await Counted()).Forget(now - PromiseMax);
    }
}
