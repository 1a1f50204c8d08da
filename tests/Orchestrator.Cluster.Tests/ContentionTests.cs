using System.Text;
using Orchestrator.Api.Coordination.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Many want the same at once, or all of everything, through silos that hear late of each other.</summary>
public sealed class ContentionTests(ScatteredWorld scattered) : IClassFixture<ScatteredWorld>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private TestWorld World => scattered.World;

    [Fact]
    public async Task Of_fifty_writers_who_patch_one_object_none_is_lost()
    {
        const int Writers = 50, Each = 10;
        var map = await World.Create(Given.ConfigMap("patched", "default", ("first", "1")));
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            for (var i = 0; i < Each; i++)
                await World.Merge(map, $$$"""{"data":{"w{{{writer}}}-{{{i}}}":"1"}}""");
        }));
        Assert.Equal(1 + (Writers * Each), (await ReadAsync<ConfigMap>(map)).Data.Count);
        var key = KindRegistry.KeyOf(map);
        var sizes = (await World.History()).Where(change => change.Object.Key == key)
            .Select(change => ((ConfigMap)change.Object.Object).Data.Count);
        Assert.Equal(Enumerable.Range(1, 1 + (Writers * Each)), sizes);
    }

    [Fact]
    public async Task Of_two_hundred_who_create_one_name_one_does()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            try
            {
                return (await World.Create(Given.ConfigMap("one", "default", ("by", $"{i}")))).Metadata.Uid;
            }
            catch (ApiException refusal) when (refusal.Reason == "AlreadyExists")
            {
                return null;
            }
        }));
        var made = Assert.Single(outcomes, uid => uid is not null);
        Assert.Equal(made, (await ReadAsync<ConfigMap>(Given.ConfigMap("one"))).Metadata.Uid);
    }

    [Fact]
    public async Task Two_hundred_watchers_of_three_silos_see_every_change_once_and_in_order()
    {
        const int Watchers = 200, Objects = 2_000;
        using var limit = new CancellationTokenSource(Patience);
        Assert.Equal(3, World.Caches.Count);
        var leases = Enumerable.Range(0, Objects).Select(i => new Lease
        {
            Metadata = new() { Name = $"l-{i}", Namespace = "default" },
            Spec = new() { HolderIdentity = "a" },
        }).ToList();
        var after = World.Store.Revision;
        var seen = Enumerable.Range(0, Watchers).Select(watcher =>
            WatchAsync(World.Caches[watcher % World.Caches.Count], after, 2 * Objects, limit.Token)).ToList();
        await Task.WhenAll(leases.Chunk(100).Select(async some =>
        {
            foreach (var lease in some)
            {
                await World.Create(lease);
                await World.Merge(lease, """{"spec":{"holderIdentity":"b"}}""");
            }
        }));
        var all = await Task.WhenAll(seen);
        var truth = (await World.History(after)).Where(change =>
            change.Object.Object is Lease { Metadata.Namespace: "default" })
            .Select(Shown).ToList();
        Assert.Equal(2 * Objects, truth.Count);
        Assert.All(all, lines => Assert.Equal(truth, lines));
    }

    // As a read through the API does it: what all silos committed before is seen.
    private async Task<T> ReadAsync<T>(ApiObject obj) where T : ApiObject
    {
        await World.Store.CatchUpAsync();
        return (T)World.Cache.Find(KindRegistry.KeyOf(obj))!.Object;
    }

    private static async Task<List<string>> WatchAsync(
        IWatchCache cache, long after, int count, CancellationToken cancellation)
    {
        var lines = new List<string>(count);
        await foreach (var change in cache.WatchAsync(Lease.Kind, "default", after, cancellation: cancellation))
        {
            lines.Add(Shown(change));
            if (lines.Count == count) break;
        }
        return lines;
    }

    private static string Shown(ObjectChange change) => $"{change.Type} {change.Object.Key.Name} {change.Revision}";
}
