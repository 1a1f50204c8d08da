using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// A node of the tree behind <see cref="SortedObjects"/>; never empty, never changed. A write copies the nodes on the
/// way to its place, 64 entries each, and shares all others: with a million objects that is four small arrays.
/// </summary>
internal abstract class SortedNode(int count, StoredObject first)
{
    /// <summary>Most entries of one node.</summary>
    protected const int EntriesMax = 64;

    /// <summary>Objects below this node.</summary>
    public int Count { get; } = count;

    /// <summary>The first object below this node.</summary>
    public StoredObject First { get; } = first;

    /// <summary>The tree of sorted objects, of which there is one at least.</summary>
    public static SortedNode Of(StoredObject[] sorted)
    {
        SortedNode[] level = [.. sorted.Chunk(EntriesMax).Select(items => new Leaf(items))];
        while (level.Length > 1) level = [.. level.Chunk(EntriesMax).Select(children => new Branch(children))];
        return level[0];
    }

    /// <summary>The object in its place, added or replaced; grows by a level when the top splits.</summary>
    public static SortedNode With(SortedNode? root, StoredObject obj)
    {
        if (root is null) return new Leaf([obj]);
        var (left, right) = root.With(obj);
        return right is null ? left : new Branch([left, right]);
    }

    /// <summary>Without the object of a key: the same node when there is none, null when it was the last.</summary>
    public static SortedNode? Without(SortedNode root, in ObjectKey key)
    {
        var rest = root.Without(key);
        while (rest is Branch { Only: { } only }) rest = only;
        return rest;
    }

    /// <summary>The leaf that holds the object of an index, and where it lies in it.</summary>
    public abstract (StoredObject[] Items, int At) LeafOf(int index);

    /// <summary>The object of a key, or null.</summary>
    public abstract StoredObject? Find(in ObjectKey key);

    protected abstract (SortedNode Left, SortedNode? Right) With(StoredObject obj);

    protected abstract SortedNode? Without(in ObjectKey key);

    /// <summary>This node and the one after it as one, if that leaves room to grow.</summary>
    protected abstract SortedNode? JoinedWith(SortedNode next);

    private sealed class Leaf(StoredObject[] items) : SortedNode(items.Length, items[0])
    {
        private readonly StoredObject[] _items = items;

        public override (StoredObject[] Items, int At) LeafOf(int index) => (_items, index);

        public override StoredObject? Find(in ObjectKey key)
        {
            var at = Search(key);
            return at < 0 ? null : _items[at];
        }

        protected override (SortedNode Left, SortedNode? Right) With(StoredObject obj)
        {
            var at = Search(obj.Key);
            if (at >= 0)
            {
                var changed = _items.AsSpan().ToArray();
                changed[at] = obj;
                return (new Leaf(changed), null);
            }
            StoredObject[] grown = [.. _items.AsSpan(0, ~at), obj, .. _items.AsSpan(~at)];
            return grown.Length <= EntriesMax
                ? (new Leaf(grown), null)
                : (new Leaf(grown[..(EntriesMax / 2)]), new Leaf(grown[(EntriesMax / 2)..]));
        }

        protected override SortedNode? Without(in ObjectKey key)
        {
            var at = Search(key);
            if (at < 0) return this;
            return _items.Length == 1 ? null : new Leaf([.. _items.AsSpan(0, at), .. _items.AsSpan(at + 1)]);
        }

        protected override SortedNode? JoinedWith(SortedNode next) =>
            next is Leaf leaf && Count + leaf.Count <= EntriesMax / 2 ? new Leaf([.. _items, .. leaf._items]) : null;

        private int Search(in ObjectKey key)
        {
            var (low, high) = (0, _items.Length - 1);
            while (low <= high)
            {
                var middle = (low + high) / 2;
                var order = SortedObjects.Compare(_items[middle].Key, key);
                if (order == 0) return middle;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return ~low;
        }
    }

    private sealed class Branch(SortedNode[] children)
        : SortedNode(children.Sum(child => child.Count), children[0].First)
    {
        private readonly SortedNode[] _children = children;

        /// <summary>Its child, if it has but one.</summary>
        public SortedNode? Only => _children.Length == 1 ? _children[0] : null;

        public override (StoredObject[] Items, int At) LeafOf(int index)
        {
            var place = 0;
            for (; index >= _children[place].Count; place++) index -= _children[place].Count;
            return _children[place].LeafOf(index);
        }

        public override StoredObject? Find(in ObjectKey key) => _children[PlaceOf(key)].Find(key);

        protected override (SortedNode Left, SortedNode? Right) With(StoredObject obj)
        {
            var place = PlaceOf(obj.Key);
            var (left, right) = _children[place].With(obj);
            if (right is null) return (Replaced(place, 1, left), null);
            SortedNode[] grown = [.. _children.AsSpan(0, place), left, right, .. _children.AsSpan(place + 1)];
            return grown.Length <= EntriesMax
                ? (new Branch(grown), null)
                : (new Branch(grown[..(EntriesMax / 2)]), new Branch(grown[(EntriesMax / 2)..]));
        }

        protected override SortedNode? Without(in ObjectKey key)
        {
            var place = PlaceOf(key);
            var rest = _children[place].Without(key);
            if (ReferenceEquals(rest, _children[place])) return this;
            if (rest is null) return _children.Length == 1 ? null : Replaced(place, 1);
            // Small neighbours join, so that a list that shrinks does not end as many leaves of one.
            if (place + 1 < _children.Length && rest.JoinedWith(_children[place + 1]) is { } joined)
                return Replaced(place, 2, joined);
            return Replaced(place, 1, rest);
        }

        protected override SortedNode? JoinedWith(SortedNode next) =>
            next is Branch branch && _children.Length + branch._children.Length <= EntriesMax / 2
                ? new Branch([.. _children, .. branch._children])
                : null;

        private Branch Replaced(int place, int count, params ReadOnlySpan<SortedNode> by) =>
            new([.. _children.AsSpan(0, place), .. by, .. _children.AsSpan(place + count)]);

        // The last child that starts at or before the key; the first one when none does.
        private int PlaceOf(in ObjectKey key)
        {
            var (low, high) = (0, _children.Length - 1);
            while (low < high)
            {
                var middle = (low + high + 1) / 2;
                if (SortedObjects.Compare(_children[middle].First.Key, key) <= 0) low = middle;
                else high = middle - 1;
            }
            return low;
        }
    }
}
