using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// The newest version of every object, in memory, indexed; and a bounded ring of recent changes that serves watches.
/// Reads never block and never see half a transaction.
/// </summary>
public interface IWatchCache
{
    /// <summary>The newest revision applied.</summary>
    long Revision { get; }

    /// <summary>The newest version of one object, or null.</summary>
    StoredObject? Find(ObjectKey key);

    /// <summary>
    /// All objects of a kind, in one namespace or in all (null), ordered by namespace and name (ordinal).
    /// </summary>
    ObjectList List(Kind kind, string? ns = null);

    /// <summary>All objects that name this UID in their ownerReferences, of any kind.</summary>
    IReadOnlyList<StoredObject> OwnedBy(string uid);

    /// <summary>The pods, or the ReplicaSets, of a namespace that no controller owns and any may adopt.</summary>
    IReadOnlyList<StoredObject> Uncontrolled(Kind kind, string ns);

    /// <summary>All pods whose spec.nodeName is this; "" finds the unbound ones.</summary>
    IReadOnlyList<StoredObject> PodsOn(string nodeName);

    /// <summary>All objects in a namespace, of any kind.</summary>
    IReadOnlyList<StoredObject> InNamespace(string ns);

    /// <summary>Completes when the cache has applied the revision.</summary>
    Task WaitForAsync(long revision, CancellationToken cancellation = default);

    /// <summary>
    /// Changes of a kind after a revision, exactly once and in order, for ever. Starts from the ring, or from stored
    /// history behind it. A reader that falls too far behind gets <see cref="RevisionCompactedException"/>.
    /// </summary>
    /// <param name="place">Is kept where the reader is, for <see cref="FindToldAll"/>.</param>
    IAsyncEnumerable<ObjectChange> WatchAsync(
        Kind kind, string? ns, long afterRevision, WatchPlace? place = null, CancellationToken cancellation = default);

    /// <summary>
    /// A revision up to which a watch of a kind has told everything, as new as may be; null while something is on its
    /// way to the reader. Only while the reader waits for the next change.
    /// </summary>
    long? FindToldAll(Kind kind, WatchPlace place);
}

/// <summary>A consistent list: these objects are the newest at this revision.</summary>
public sealed record ObjectList(IReadOnlyList<StoredObject> Items, long Revision);

/// <summary>Reads typed objects.</summary>
public static class WatchCacheReads
{
    /// <summary>The object of a kind, or null.</summary>
    public static T? Find<T>(this IWatchCache cache, Kind<T> kind, string ns, string name) where T : ApiObject =>
        (T?)cache.Find(kind.KeyOf(ns, name))?.Object;

    /// <summary>All objects of a kind, as their records.</summary>
    public static IEnumerable<T> All<T>(this IWatchCache cache, Kind<T> kind, string? ns = null) where T : ApiObject =>
        cache.List(kind, ns).Items.Select(item => (T)item.Object);
}
