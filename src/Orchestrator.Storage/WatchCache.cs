using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// The watch cache over one store. The committer swaps in a whole new view per transaction, so readers neither wait nor
/// see half of one.
/// </summary>
public sealed class WatchCache(IObjectStore store, ObjectStoreOptions options) : IWatchCache, IDisposable
{
    private const int PageMax = 256;
    private const int HistoryPageMax = 1_000;

    private readonly Lock _starting = new();
    private readonly ConcurrentDictionary<KindKey, ChangeRing> _rings = [];
    private readonly RevisionWaiters _waiters = new(options.Outcomes);
    private readonly List<ObjectChange> _early = [];
    private IDisposable? _subscription;
    private CacheView _view = CacheView.Of([], 0);
    private long _ringFloor;
    private long _ringRevision;
    private readonly TaskCompletionSource _started = new(options.Outcomes);
    private volatile bool _isStarted;

    /// <inheritdoc />
    public long Revision => View.Revision;

    private CacheView View => Volatile.Read(ref _view);

    /// <summary>Loads what the open store holds and follows it from there.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        lock (_starting)
        {
            if (_subscription is not null) return;
            _subscription = store.Subscribe(OnChanges);
        }
        var (objects, revision) = await store.ReadAllAsync(cancellation);
        var view = CacheView.Of(objects, revision);
        lock (_starting)
        {
            Volatile.Write(ref _view, view);
            _ringFloor = revision;
            Volatile.Write(ref _ringRevision, revision);
            // What was committed between the subscription and the load is in both.
            Apply([.. _early.Where(change => change.Revision > revision)]);
            _early.Clear();
            _isStarted = true;
        }
        _waiters.Reach(Revision);
        _started.TrySetResult();
    }

    /// <inheritdoc />
    public StoredObject? Find(ObjectKey key) => View.Find(key);

    /// <inheritdoc />
    public ObjectList List(Kind kind, string? ns = null)
    {
        var view = View;
        var all = view.Kinds.GetValueOrDefault(KindKey.Of(kind), SortedObjects.Empty);
        return new(ns is null ? all : all.In(ns), view.Revision);
    }

    /// <inheritdoc />
    public IReadOnlyList<StoredObject> OwnedBy(string uid) => View.Owners.GetValueOrDefault(uid, SortedObjects.Empty);

    /// <inheritdoc />
    public IReadOnlyList<StoredObject> Uncontrolled(Kind kind, string ns) =>
        View.Owners.GetValueOrDefault(CacheView.NobodyIn(KindKey.Of(kind), ns), SortedObjects.Empty);

    /// <inheritdoc />
    public IReadOnlyList<StoredObject> PodsOn(string nodeName) =>
        View.Nodes.GetValueOrDefault(nodeName, SortedObjects.Empty);

    /// <inheritdoc />
    public IReadOnlyList<StoredObject> InNamespace(string ns)
    {
        var kinds = View.Kinds.OrderBy(kind => kind.Key.Group, StringComparer.Ordinal)
            .ThenBy(kind => kind.Key.Plural, StringComparer.Ordinal);
        return [.. kinds.SelectMany(kind => kind.Value.In(ns))];
    }

    /// <inheritdoc />
    public Task WaitForAsync(long revision, CancellationToken cancellation = default) =>
        _isStarted && Revision >= revision ? Task.CompletedTask : _waiters.WaitAsync(revision, cancellation);

    /// <inheritdoc />
    public async IAsyncEnumerable<ObjectChange> WatchAsync(
        Kind kind, string? ns, long afterRevision, WatchPlace? place = null,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        place ??= new();
        place.Revision = afterRevision;
        await _started.Task.WaitAsync(cancellation);
        var key = KindKey.Of(kind);
        var ring = RingOf(key);
        var page = new ObjectChange[PageMax];
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = ring.Read(place.Revision, page, out var news);
            if (count == 0)
            {
                await news.WaitAsync(cancellation);
                continue;
            }
            IReadOnlyList<ObjectChange> changes = count is { } read
                ? new ArraySegment<ObjectChange>(page, 0, read)
                : await ReadHistoryAsync(place.Revision, cancellation);
            foreach (var change in changes)
            {
                if (KindKey.Of(change.Object.Key) == key && (ns is null || change.Object.Key.Namespace == ns))
                    yield return change;
                // Who asks for the next one has taken this one.
                place.Revision = change.Revision;
            }
        }
    }

    /// <inheritdoc />
    public long? FindToldAll(Kind kind, WatchPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (!_isStarted) return null;
        // In this order: what comes to the ring from here on is newer than the revision.
        var revision = Volatile.Read(ref _ringRevision);
        var taken = place.Revision;
        return RingOf(KindKey.Of(kind)).IsReadUpTo(taken) ? Math.Max(revision, taken) : null;
    }

    /// <summary>Stops following the store; what was read stays readable.</summary>
    public void Dispose() => _subscription?.Dispose();

    // A watcher must not be ahead of the lists: what the cache has not applied yet comes from the ring later.
    private async Task<IReadOnlyList<ObjectChange>> ReadHistoryAsync(long after, CancellationToken cancellation)
    {
        var limit = (int)Math.Min(HistoryPageMax, Revision - after);
        return await store.ReadChangesAsync(after, limit, cancellation);
    }

    private ChangeRing RingOf(KindKey kind) =>
        _rings.GetOrAdd(kind, _ => new(_ringFloor, options.WatchRingMax));

    private void OnChanges(IReadOnlyList<ObjectChange> changes)
    {
        if (!_isStarted)
        {
            lock (_starting)
            {
                if (!_isStarted)
                {
                    _early.AddRange(changes);
                    return;
                }
            }
        }
        Apply(changes);
        _waiters.Reach(changes[^1].Revision);
    }

    private void Apply(IReadOnlyList<ObjectChange> changes)
    {
        if (changes.Count == 0) return;
        Volatile.Write(ref _view, View.With(changes));
        foreach (var kind in changes.GroupBy(change => KindKey.Of(change.Object.Key))) RingOf(kind.Key).Add(kind);
        Volatile.Write(ref _ringRevision, changes[^1].Revision);
    }
}
