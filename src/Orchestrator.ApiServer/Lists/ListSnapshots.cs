using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Lists;

/// <summary>
/// Keeps the lists whose later pages may still be asked for, so that all pages show one revision. Bounded in number and
/// age; a page that comes later than that is refused with 410. Holds references only: objects are immutable.
/// </summary>
internal sealed class ListSnapshots(IOptions<ApiServerOptions> options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Kind Kind, string? Namespace, long Revision), Snapshot> _byRevision = [];
    private readonly LinkedList<Snapshot> _oldestFirst = [];

    /// <summary>Keeps a list for its later pages.</summary>
    public void Keep(Kind kind, string? ns, ObjectList list)
    {
        lock (_gate)
        {
            DropOld();
            var key = (kind, ns, list.Revision);
            if (_byRevision.ContainsKey(key)) return;
            while (_byRevision.Count >= options.Value.SnapshotsMax) DropOldest();
            var snapshot = new Snapshot(key, list, clock.GetUtcNow());
            _byRevision.Add(key, snapshot);
            _oldestFirst.AddLast(snapshot);
        }
    }

    /// <summary>The list as it was at a revision, or null when it is kept no longer.</summary>
    public ObjectList? Find(Kind kind, string? ns, long revision)
    {
        lock (_gate)
        {
            DropOld();
            return _byRevision.GetValueOrDefault((kind, ns, revision))?.List;
        }
    }

    private void DropOld()
    {
        var oldest = clock.GetUtcNow() - options.Value.SnapshotLifetime;
        while (_oldestFirst.First is { } first && first.Value.KeptAt < oldest) DropOldest();
    }

    private void DropOldest()
    {
        _byRevision.Remove(_oldestFirst.First!.Value.Key);
        _oldestFirst.RemoveFirst();
    }

    private sealed record Snapshot((Kind, string?, long) Key, ObjectList List, DateTimeOffset KeptAt);
}
