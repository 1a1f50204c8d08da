using System.Collections.Immutable;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>The name of a kind in keys.</summary>
internal readonly record struct KindKey(string Group, string Plural)
{
    public static KindKey Of(in ObjectKey key) => new(key.Group, key.Plural);

    public static KindKey Of(Kind kind) => new(kind.Group, kind.Plural);
}

/// <summary>Everything the cache knows at one revision. Immutable: a transaction makes the next one.</summary>
internal sealed record CacheView(
    long Revision,
    ImmutableDictionary<KindKey, SortedObjects> Kinds,
    ImmutableDictionary<string, SortedObjects> Owners,
    ImmutableDictionary<string, SortedObjects> Nodes)
{
    private static readonly KindKey Pods = KindKey.Of(Pod.Kind);
    private static readonly KindKey ReplicaSets = KindKey.Of(ReplicaSet.Kind);

    /// <summary>Where the owners' index keeps what has no controller: no UID looks like this.</summary>
    public static string NobodyIn(KindKey kind, string ns) => $"/{kind.Plural}/{ns}";

    public static CacheView Of(IReadOnlyList<StoredObject> objects, long revision)
    {
        var owned = objects.SelectMany(obj => OwnersOf(obj).Select(uid => (uid, obj)));
        var pods = objects.Where(obj => KindKey.Of(obj.Key) == Pods);
        return new(
            revision,
            objects.GroupBy(obj => KindKey.Of(obj.Key)).ToImmutableDictionary(kind => kind.Key, SortedObjects.Of),
            owned.GroupBy(pair => pair.uid, pair => pair.obj)
                .ToImmutableDictionary(owner => owner.Key, SortedObjects.Of),
            pods.GroupBy(NodeOf).ToImmutableDictionary(node => node.Key, SortedObjects.Of));
    }

    public StoredObject? Find(in ObjectKey key) => Kinds.GetValueOrDefault(KindKey.Of(key))?.Find(key);

    public CacheView With(IReadOnlyList<ObjectChange> changes)
    {
        var (kinds, owners, nodes) = (Kinds.ToBuilder(), Owners.ToBuilder(), Nodes.ToBuilder());
        foreach (var change in changes)
        {
            var key = change.Object.Key;
            var kind = KindKey.Of(key);
            var all = kinds.GetValueOrDefault(kind, SortedObjects.Empty);
            var before = all.Find(key);
            var after = change.Type == ChangeType.Deleted ? null : change.Object;
            kinds[kind] = after is null ? all.Without(key) : all.With(after);
            Move(owners, key, before is null ? [] : OwnersOf(before), after is null ? [] : OwnersOf(after), after);
            if (kind != Pods) continue;
            Move(nodes, key, before is null ? [] : [NodeOf(before)], after is null ? [] : [NodeOf(after)], after);
        }
        return new(changes[^1].Revision, kinds.ToImmutable(), owners.ToImmutable(), nodes.ToImmutable());
    }

    private static void Move(
        ImmutableDictionary<string, SortedObjects>.Builder index, in ObjectKey key,
        IReadOnlyList<string> from, IReadOnlyList<string> to, StoredObject? obj)
    {
        foreach (var place in from)
        {
            if (to.Contains(place) || !index.TryGetValue(place, out var objects)) continue;
            var rest = objects.Without(key);
            if (rest.Count == 0) index.Remove(place);
            else index[place] = rest;
        }
        foreach (var place in to) index[place] = index.GetValueOrDefault(place, SortedObjects.Empty).With(obj!);
    }

    private static string[] OwnersOf(StoredObject obj)
    {
        var owners = obj.Object.Metadata.OwnerReferences;
        var kind = KindKey.Of(obj.Key);
        var isLoose = (kind == Pods || kind == ReplicaSets) && !owners.Any(owner => owner.Controller == true);
        return (owners.Count, isLoose) switch
        {
            (0, false) => [],
            (1, false) => [owners[0].Uid],
            (_, false) => [.. owners.Select(owner => owner.Uid).Distinct()],
            _ => [.. owners.Select(owner => owner.Uid).Distinct(), NobodyIn(kind, obj.Key.Namespace)],
        };
    }

    private static string NodeOf(StoredObject pod) => ((Pod)pod.Object).Spec.NodeName ?? "";
}
