using System.Collections;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// An immutable list of objects ordered by namespace, name and kind (ordinal): a changed list shares nearly all of the
/// old one, so that a write costs little however long the list is, and a list needs no copy.
/// </summary>
internal sealed class SortedObjects : IReadOnlyList<StoredObject>
{
    private readonly SortedNode? _root;

    private SortedObjects(SortedNode? root) => _root = root;

    public static SortedObjects Empty { get; } = new(null);

    public int Count => _root?.Count ?? 0;

    public StoredObject this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var (items, at) = _root!.LeafOf(index);
            return items[at];
        }
    }

    public static SortedObjects Of(IEnumerable<StoredObject> objects)
    {
        var sorted = objects.ToArray();
        Array.Sort(sorted, static (left, right) => Compare(left.Key, right.Key));
        return sorted.Length == 0 ? Empty : new(SortedNode.Of(sorted));
    }

    public static int Compare(in ObjectKey left, in ObjectKey right)
    {
        var order = string.CompareOrdinal(left.Namespace, right.Namespace);
        if (order == 0) order = string.CompareOrdinal(left.Name, right.Name);
        if (order == 0) order = string.CompareOrdinal(left.Group, right.Group);
        return order == 0 ? string.CompareOrdinal(left.Plural, right.Plural) : order;
    }

    public StoredObject? Find(in ObjectKey key) => _root?.Find(key);

    public SortedObjects With(StoredObject obj) => new(SortedNode.With(_root, obj));

    public SortedObjects Without(in ObjectKey key)
    {
        if (_root is null) return this;
        var rest = SortedNode.Without(_root, key);
        return ReferenceEquals(rest, _root) ? this : rest is null ? Empty : new(rest);
    }

    /// <summary>The objects of one namespace, without a copy.</summary>
    public IReadOnlyList<StoredObject> In(string ns)
    {
        var start = FirstAfter(ns, isAfter: false);
        var end = FirstAfter(ns, isAfter: true);
        return start == 0 && end == Count ? this : new Slice(this, start, end - start);
    }

    public IEnumerator<StoredObject> GetEnumerator() => Range(0, Count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<StoredObject> Range(int start, int count)
    {
        for (var end = start + count; start < end;)
        {
            var (items, at) = _root!.LeafOf(start);
            for (; at < items.Length && start < end; at++, start++) yield return items[at];
        }
    }

    private int FirstAfter(string ns, bool isAfter)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(this[middle].Key.Namespace, ns);
            if (order < 0 || (isAfter && order == 0)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private sealed class Slice(SortedObjects all, int start, int count) : IReadOnlyList<StoredObject>
    {
        public int Count => count;

        public StoredObject this[int index]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
                return all[start + index];
            }
        }

        public IEnumerator<StoredObject> GetEnumerator() => all.Range(start, count).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
