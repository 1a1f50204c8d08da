using Orchestrator.Api.Core.V1;
using static Orchestrator.Storage.Tests.Given;

namespace Orchestrator.Storage.Tests;

/// <summary>What the cache finds, and by what.</summary>
public sealed class CacheIndexTests() : StoreFixture(Backend.Memory)
{
    [Fact]
    public async Task Lists_are_ordered_by_namespace_and_name()
    {
        using var cache = await CacheAsync();
        foreach (var (ns, name) in new[] { ("b", "1"), ("a", "2"), ("a", "10"), ("a-b", "0"), ("B", "x") })
        {
            await Store.Create(Map(name, ns: ns));
        }
        Names(cache.List(ConfigMap.Kind).Items).ShouldBe("B/x a/10 a/2 a-b/0 b/1");
        Names(cache.List(ConfigMap.Kind, "a").Items).ShouldBe("a/10 a/2");
        cache.List(ConfigMap.Kind, "none").Items.ShouldBeEmpty();
        cache.List(Api.Core.V1.Pod.Kind).ShouldBe(new([], 5), new SameList());
        cache.All(ConfigMap.Kind, "b").Single().Metadata.Name.ShouldBe("1");
        cache.Find(ConfigMap.Kind, "a", "2")!.Metadata.ResourceVersion.ShouldBe("2");
        cache.Find(ConfigMap.Kind, "a", "3").ShouldBeNull();
    }

    [Fact]
    public async Task Pods_are_found_by_node_as_they_move()
    {
        using var cache = await CacheAsync();
        var a = await Store.Create(Pod("a"));
        await Store.Create(Pod("b"));
        Names(cache.PodsOn("")).ShouldBe("default/a default/b");
        var bound = await Store.Update(a, Pod("a", node: "n1"));
        Names(cache.PodsOn("")).ShouldBe("default/b");
        Names(cache.PodsOn("n1")).ShouldBe("default/a");
        cache.PodsOn("n1")[0].ShouldBe(bound);
        await Store.Delete(bound);
        cache.PodsOn("n1").ShouldBeEmpty();
    }

    [Fact]
    public async Task Objects_of_any_kind_are_found_by_owner()
    {
        using var cache = await CacheAsync();
        var pod = await Store.Create(Pod("a", owner: "u1"));
        await Store.Create(ReplicaSet("a", owner: "u1"));
        await Store.Create(Pod("b", owner: "u2"));
        cache.OwnedBy("u1").Select(obj => obj.Key.Plural).ShouldBe(["pods", "replicasets"], ignoreOrder: true);
        await Store.Update(pod, Pod("a"));
        cache.OwnedBy("u1").Select(obj => obj.Key.Plural).ShouldBe(["replicasets"]);
        Names(cache.OwnedBy("u2")).ShouldBe("default/b");
        cache.OwnedBy("nobody").ShouldBeEmpty();
    }

    [Fact]
    public async Task What_has_no_controller_is_found_by_kind_and_namespace()
    {
        using var cache = await CacheAsync();
        var loose = await Store.Create(Pod("a"));
        await Store.Create(Pod("b", owner: "u1"));
        await Store.Create(ReplicaSet("a"));
        await Store.Create(Map("a"));
        Names(cache.Uncontrolled(Api.Core.V1.Pod.Kind, "default")).ShouldBe("default/a");
        cache.Uncontrolled(Api.Core.V1.Pod.Kind, "x").ShouldBeEmpty();
        cache.Uncontrolled(Api.Apps.V1.ReplicaSet.Kind, "default").Single().Key.Plural.ShouldBe("replicasets");
        await Store.Update(loose, Pod("a", owner: "u1"));
        cache.Uncontrolled(Api.Core.V1.Pod.Kind, "default").ShouldBeEmpty();
        Names(cache.OwnedBy("u1")).ShouldBe("default/a default/b");
    }

    [Fact]
    public async Task A_namespace_knows_all_that_is_in_it()
    {
        using var cache = await CacheAsync();
        await Store.Create(Map("m", ns: "x"));
        await Store.Create(Pod("p", ns: "x"));
        await Store.Create(Pod("p", ns: "y"));
        cache.InNamespace("x").Select(obj => obj.Key.ToString()).ShouldBe(["/configmaps/x/m", "/pods/x/p"]);
    }

    [Fact]
    public async Task A_cache_over_a_full_store_has_the_same_indexes()
    {
        await Store.Create(Pod("a", node: "n1", owner: "u1", ns: "x"));
        await Store.Create(Pod("b", ns: "x"));
        using var cache = await CacheAsync();
        Names(cache.PodsOn("n1")).ShouldBe("x/a");
        Names(cache.PodsOn("")).ShouldBe("x/b");
        Names(cache.OwnedBy("u1")).ShouldBe("x/a");
        Names(cache.InNamespace("x")).ShouldBe("x/a x/b");
        cache.Revision.ShouldBe(2);
    }

    [Fact]
    public async Task A_list_stays_what_it_was()
    {
        using var cache = await CacheAsync();
        var stored = await Store.Create(Map("a", "1"));
        var before = cache.List(ConfigMap.Kind);
        await Store.Create(Map("b"));
        await Store.Update(stored, Map("a", "2"));
        (Names(before.Items), Value(before.Items[0]), before.Revision).ShouldBe(("default/a", "1", 1));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Sorted_objects_agree_with_a_sorted_dictionary(int seed)
    {
        var chance = new Random(seed);
        var model = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        var sorted = SortedObjects.Empty;
        for (var step = 1; step <= 4000; step++)
        {
            // Grows first and shrinks later, so that chunks split and join.
            var isRemoval = chance.Next(100) < (step < 2500 ? 25 : 80);
            var obj = Map($"{chance.Next(1500):0000}", ns: $"n{chance.Next(3)}");
            var key = Api.Meta.KindRegistry.KeyOf(obj);
            var text = $"{key.Namespace}/{key.Name}";
            if (isRemoval) model.Remove(text);
            else model[text] = new(key, step, obj, default);
            sorted = isRemoval ? sorted.Without(key) : sorted.With(model[text]);
            sorted.Find(key).ShouldBe(model.GetValueOrDefault(text));
            if (step % 250 == 0) AssertSame();
        }
        AssertSame();

        void AssertSame()
        {
            sorted.ShouldBe(model.Values);
            Enumerable.Range(0, sorted.Count).Select(i => sorted[i]).ShouldBe(model.Values);
            foreach (var ns in new[] { "n0", "n1", "n2", "n", "n3" })
            {
                var expected = model.Values.Where(obj => obj.Key.Namespace == ns).ToList();
                var slice = sorted.In(ns);
                slice.ShouldBe(expected);
                Enumerable.Range(0, slice.Count).Select(i => slice[i]).ShouldBe(expected);
            }
            SortedObjects.Of(model.Values.Reverse()).ShouldBe(model.Values);
        }
    }

    private sealed class SameList : IEqualityComparer<ObjectList>
    {
        public bool Equals(ObjectList? x, ObjectList? y) =>
            x!.Revision == y!.Revision && x.Items.SequenceEqual(y.Items);

        public int GetHashCode(ObjectList list) => list.Revision.GetHashCode();
    }
}
