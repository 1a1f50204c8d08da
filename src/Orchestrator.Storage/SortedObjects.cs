using System.Collections;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// An immutable list of objects ordered by namespace, name and kind (ordinal), in chunks: a changed list shares all
/// chunks but one with the old one, so that a write costs little and a list needs no copy.
/// </summary>
internal sealed class SortedObjects : IReadOnlyList<StoredObject>
{
    private const int ChunkMax = 128;

    private readonly StoredObject[][] _chunks;
    private readonly int[] _starts;

    private SortedObjects(StoredObject[][] chunks)
    {
        _chunks = chunks;
        _starts = new int[chunks.Length];
        for (var i = 0; i < chunks.Length; i++) (_starts[i], Count) = (Count, Count + chunks[i].Length);
    }

    public static SortedObjects Empty { get; } = new([]);

    public int Count { get; }

    public StoredObject this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var chunk = Array.BinarySearch(_starts, index);
            if (chunk < 0) chunk = ~chunk - 1;
            return _chunks[chunk][index - _starts[chunk]];
        }
    }

    public static SortedObjects Of(IEnumerable<StoredObject> objects)
    {
        var sorted = objects.ToArray();
        Array.Sort(sorted, static (left, right) => Compare(left.Key, right.Key));
        return new([.. sorted.Chunk(ChunkMax)]);
    }

    public static int Compare(in ObjectKey left, in ObjectKey right)
    {
        var order = string.CompareOrdinal(left.Namespace, right.Namespace);
        if (order == 0) order = string.CompareOrdinal(left.Name, right.Name);
        if (order == 0) order = string.CompareOrdinal(left.Group, right.Group);
        return order == 0 ? string.CompareOrdinal(left.Plural, right.Plural) : order;
    }

    public StoredObject? Find(in ObjectKey key)
    {
        if (_chunks.Length == 0) return null;
        var chunk = _chunks[ChunkOf(key)];
        var at = Search(chunk, key);
        return at < 0 ? null : chunk[at];
    }

    public SortedObjects With(StoredObject obj)
    {
        if (_chunks.Length == 0) return new([[obj]]);
        var place = ChunkOf(obj.Key);
        var chunk = _chunks[place];
        var at = Search(chunk, obj.Key);
        if (at >= 0)
        {
            var changed = chunk.AsSpan().ToArray();
            changed[at] = obj;
            return Replace(place, [changed]);
        }
        StoredObject[] grown = [.. chunk.AsSpan(0, ~at), obj, .. chunk.AsSpan(~at)];
        return Replace(place, grown.Length <= ChunkMax ? [grown] : [grown[..(ChunkMax / 2)], grown[(ChunkMax / 2)..]]);
    }

    public SortedObjects Without(in ObjectKey key)
    {
        if (_chunks.Length == 0) return this;
        var place = ChunkOf(key);
        var chunk = _chunks[place];
        var at = Search(chunk, key);
        if (at < 0) return this;
        StoredObject[] rest = [.. chunk.AsSpan(0, at), .. chunk.AsSpan(at + 1)];
        // Small neighbours join, so that a list that shrinks does not end as many chunks of one.
        if (place + 1 < _chunks.Length && rest.Length + _chunks[place + 1].Length <= ChunkMax / 2)
        {
            StoredObject[] joined = [.. rest, .. _chunks[place + 1]];
            return new([.. _chunks.AsSpan(0, place), joined, .. _chunks.AsSpan(place + 2)]);
        }
        return Replace(place, rest.Length == 0 ? [] : [rest]);
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
        if (count == 0) yield break;
        var chunk = Array.BinarySearch(_starts, start);
        if (chunk < 0) chunk = ~chunk - 1;
        for (var at = start - _starts[chunk]; count > 0; chunk++, at = 0)
        {
            for (; at < _chunks[chunk].Length && count > 0; at++, count--) yield return _chunks[chunk][at];
        }
    }

    private SortedObjects Replace(int place, ReadOnlySpan<StoredObject[]> by) =>
        new([.. _chunks.AsSpan(0, place), .. by, .. _chunks.AsSpan(place + 1)]);

    // The last chunk that starts at or before the key; the first one when none does.
    private int ChunkOf(in ObjectKey key)
    {
        var (low, high) = (0, _chunks.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Compare(_chunks[middle][0].Key, key) <= 0) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    private static int Search(StoredObject[] chunk, in ObjectKey key)
    {
        var (low, high) = (0, chunk.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Compare(chunk[middle].Key, key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
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
