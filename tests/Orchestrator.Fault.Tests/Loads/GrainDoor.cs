using System.Runtime.CompilerServices;
using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Fault.Tests.Histories;
using Orchestrator.Fault.Tests.Memory;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>The grains and the cache of one silo of this process, used as the API server of that silo would.</summary>
internal sealed class GrainDoor(SiloSlot slot, TimeSpan patience) : IDoor
{
    /// <summary>The namespace all writers share.</summary>
    public const string Namespace = "default";

    /// <inheritdoc />
    public string Name => slot.Name;

    /// <inheritdoc />
    public Task<Answer> CreateAsync(string name, string token, long count) =>
        WriteAsync(name, grain => grain.Create(Map(name, token, count), new WriteOptions()));

    /// <inheritdoc />
    public Task<Answer> UpdateAsync(Sight seen, string token, long count)
    {
        var map = Map(seen.Key, token, count);
        var next = map with { Metadata = map.Metadata with { ResourceVersion = $"{seen.Revision}" } };
        return WriteAsync(seen.Key, grain => grain.Update(next, "", new WriteOptions()));
    }

    /// <inheritdoc />
    public Task<Answer> PatchAsync(string name, string token)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"data":{"token":"{{token}}"} }""");
        return WriteAsync(name,
            grain => grain.Patch(new PatchRequest("application/merge-patch+json", body, ""), new WriteOptions()));
    }

    /// <inheritdoc />
    public Task<Answer> DeleteAsync(string name, string uid) =>
        WriteAsync(name, grain => grain.Delete(new DeleteRequest { Uid = uid }));

    /// <inheritdoc />
    public Task<Answer> GetAsync(string name) => ReadAsync(cache =>
        new Answer(Outcome.Done, cache.Find(ConfigMap.Kind, Namespace, name) is { } found ? SightOf(found) : null));

    /// <inheritdoc />
    public Task<Answer> ListAsync() => ReadAsync(cache =>
    {
        var list = cache.List(ConfigMap.Kind, Namespace);
        return new Answer(Outcome.Done)
        {
            Items = [.. list.Items.Select(item => (ConfigMap)item.Object).Where(IsOurs).Select(SightOf)],
            ListRevision = list.Revision,
        };
    });

    /// <inheritdoc />
    public async IAsyncEnumerable<(WatchEvent? Event, long Revision)> WatchAsync(
        long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var store = slot.Store ?? throw new DoorClosedException($"{Name} is down");
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, store.Died);
        var changes = store.Cache.WatchAsync(ConfigMap.Kind, Namespace, after, cancellation: ends.Token)
            .GetAsyncEnumerator(ends.Token);
        await using (changes)
        {
            while (await NextAsync(changes, cancellation))
            {
                var change = changes.Current;
                if (change.Object.Object is not ConfigMap map || !IsOurs(map)) continue;
                var type = change.Type switch
                {
                    ChangeType.Added => EventType.Added,
                    ChangeType.Modified => EventType.Modified,
                    _ => EventType.Deleted,
                };
                yield return (new(type, SightOf(map), Clock.Now), change.Revision);
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<ObjectChange> changes, CancellationToken cancellation)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (OperationCanceledException died) when (!cancellation.IsCancellationRequested)
        {
            throw new DoorClosedException($"{Name} died", died);
        }
        catch (RevisionCompactedException late)
        {
            throw new TooOldException(late.Message);
        }
    }

    private Task<Answer> WriteAsync(string name, Func<IObjectGrain, Task<WriteResult>> write) => CallAsync(async () =>
    {
        var result = await write(slot.Grains!.Object(ConfigMap.Kind.KeyOf(Namespace, name)));
        var map = (ConfigMap)result.Object;
        // The answer waits until the silo's own readers can see it.
        await slot.Store!.Cache.WaitForAsync(SightOf(map).Revision);
        return new Answer(Outcome.Done, result.IsRemoved ? null : SightOf(map));
    });

    private Task<Answer> ReadAsync(Func<IWatchCache, Answer> read) => CallAsync(async () =>
    {
        var store = slot.Store!;
        await store.Store.CatchUpAsync();
        return read(store.Cache);
    });

    private async Task<Answer> CallAsync(Func<Task<Answer>> call)
    {
        if (slot.Store is not { } store) return new(Outcome.Unknown, Said: "down");
        try
        {
            return await call().WaitAsync(patience, store.Died);
        }
        catch (ApiException refusal) when (refusal.Code < 500)
        {
            return new(Outcome.Refused, Said: refusal.Reason);
        }
        catch (Exception trouble) when (trouble is not ApiException { Code: < 500 })
        {
            return new(Outcome.Unknown, Said: $"{trouble.GetType().Name}: {trouble.Message}");
        }
    }

    private static bool IsOurs(ConfigMap map) => map.Data.ContainsKey("token");

    private static Sight SightOf(ConfigMap map) => new(
        map.Metadata.Name!, map.Metadata.Uid!, long.Parse(map.Metadata.ResourceVersion!), map.Data["token"],
        long.Parse(map.Data["count"]));

    private static ConfigMap Map(string name, string token, long count) => new()
    {
        Metadata = new() { Name = name, Namespace = Namespace },
        Data = new Dictionary<string, string> { ["token"] = token, ["count"] = $"{count}" },
    };
}
