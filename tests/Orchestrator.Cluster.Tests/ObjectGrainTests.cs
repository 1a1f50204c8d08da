using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;

namespace Orchestrator.Cluster.Tests;

/// <summary>What every object answers to create, update, patch and delete.</summary>
public abstract class ObjectGrainScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_created_object_gets_what_the_server_owns_and_is_read_at_once()
    {
        var sent = Given.Deployment("created", 0) with
        {
            Metadata = new() { Name = "created", Namespace = "default", Uid = "mine", Generation = 7 }
        };
        var made = await World.Create(sent);
        Assert.NotEqual("mine", made.Metadata.Uid);
        Assert.True(Guid.TryParse(made.Metadata.Uid, out _));
        Assert.Equal(1, made.Metadata.Generation);
        Assert.NotNull(made.Metadata.CreationTimestamp);
        Assert.Equal(made.Metadata.Uid, World.Fresh(made).Metadata.Uid);
        var history = await World.History(long.Parse(made.Metadata.ResourceVersion!) - 1);
        Assert.Equal(KindRegistry.KeyOf(made), history[0].Object.Key);
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        var map = Given.ConfigMap("twice");
        await World.Create(map);
        var refusal = await Refused.With(409, "AlreadyExists", () => World.Create(map));
        Assert.Equal("configmaps \"twice\" already exists", refusal.Message);
        Assert.Equal(("twice", "configmaps"), (refusal.Details!.Name, refusal.Details.Kind));
    }

    [Fact]
    public async Task Of_many_creations_of_one_name_one_wins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                await World.Create(Given.ConfigMap("race", "default", ("by", $"{i}")));
                return "made";
            }
            catch (ApiException refusal)
            {
                return refusal.Reason;
            }
        }));
        Assert.Equal(1, outcomes.Count(outcome => outcome == "made"));
        Assert.Equal(19, outcomes.Count(outcome => outcome == "AlreadyExists"));
    }

    [Fact]
    public async Task Wrong_fields_are_refused_and_nothing_is_stored()
    {
        var refusal = await Refused.With(
            422, "Invalid", () => World.Create(Given.ConfigMap("wrong", "default", ("no/slash", ""))));
        Assert.Contains("no/slash", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Details!.Causes);
        Assert.Null(World.Find(Given.ConfigMap("wrong")));
        await Refused.With(422, "Invalid",
            () => World.Create(Given.Pod("wrong").With(spec => spec with { Containers = [] })));
    }

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_is_not_there() =>
        await Refused.With(404, "NotFound", () => World.Create(Given.ConfigMap("lost", "nowhere")));

    [Fact]
    public async Task What_is_not_there_cannot_be_changed()
    {
        var map = Given.ConfigMap("absent");
        await Refused.With(404, "NotFound", () => World.Update(map));
        await Refused.With(404, "NotFound", () => World.Merge(map, "{}"));
        await Refused.With(404, "NotFound", () => World.Delete(map));
    }

    [Fact]
    public async Task A_stale_version_is_a_conflict_and_the_newest_is_not()
    {
        var first = await World.Create(Given.ConfigMap("stale"));
        var second = await World.Update(first with { Data = Given.Map(("a", "1")) });
        await Refused.With(409, "Conflict", () => World.Update(first with { Data = Given.Map(("a", "2")) }));
        var third = await World.Update(second with { Data = Given.Map(("a", "3")) });
        Assert.Equal("3", World.Fresh(third).Data["a"]);
        await Refused.With(409, "Conflict",
            () => World.Update(third with { Metadata = third.Metadata with { Uid = "another" } }));
    }

    [Fact]
    public async Task A_change_of_nothing_keeps_the_version()
    {
        var made = await World.Create(Given.ConfigMap("same", "default", ("a", "1")));
        Assert.Equal(made.Metadata.ResourceVersion, (await World.Update(made)).Metadata.ResourceVersion);
        var patched = await World.Merge(made, """{"data":{"a":"1"}}""");
        Assert.Equal(made.Metadata.ResourceVersion, patched.Metadata.ResourceVersion);
        Assert.Equal(1, (await World.History()).Count(change => change.Object.Key == KindRegistry.KeyOf(made)));
    }

    [Fact]
    public async Task The_generation_counts_changes_of_the_spec_alone()
    {
        var made = await World.Create(Given.Deployment("counted", 0));
        await World.Eventually(() => World.Fresh(made).Status.ObservedGeneration == 1,
            "the first generation is observed");
        Assert.Equal(1, (await World.Merge(made, """{"metadata":{"labels":{"a":"b"}}}""")).Metadata.Generation);
        Assert.Equal(2, (await World.Merge(made, """{"spec":{"minReadySeconds":1}}""")).Metadata.Generation);
        Assert.Equal(2, (await World.Merge(made, """{"spec":{"minReadySeconds":1}}""")).Metadata.Generation);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_stores_nothing()
    {
        var dry = new WriteOptions(DryRun: true);
        Assert.NotNull((await World.Create(Given.ConfigMap("dry"), dry)).Metadata.Uid);
        Assert.Null(World.Find(Given.ConfigMap("dry")));
        var made = await World.Create(Given.ConfigMap("dry"));
        Assert.Equal("1", (await World.Merge(made, """{"data":{"a":"1"}}""", options: dry)).Data["a"]);
        Assert.Empty(World.Fresh(made).Data);
        Assert.True((await World.Delete(made, new DeleteRequest { DryRun = true })).IsRemoved);
        Assert.Equal(made.Metadata.ResourceVersion, World.Fresh(made).Metadata.ResourceVersion);
        await Refused.With(422, "Invalid",
            () => World.Create(Given.ConfigMap("dry2", "default", ("no/slash", "")), dry));
    }

    [Fact]
    public async Task Patches_at_the_same_time_all_take_effect()
    {
        var made = await World.Create(Given.ConfigMap("patched"));
        await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => World.Merge(made, $$$"""{"data":{"k{{{i}}}":"{{{i}}}"}}""")));
        Assert.Equal(40, World.Fresh(made).Data.Count);
    }

    [Fact]
    public async Task Each_kind_of_patch_does_its_thing()
    {
        var map = await World.Create(Given.ConfigMap("kinds", "default", ("a", "1"), ("b", "2")));
        Assert.Equal(["b"], (await World.Merge(map, """{"data":{"a":null}}""")).Data.Keys);
        var json = await Patch(map, "application/json-patch+json", """[{"op":"add","path":"/data/c","value":"3"}]""");
        Assert.Equal(["b", "c"], ((ConfigMap)json.Object).Data.Keys.Order());
        var strategic = await Patch(map, "application/strategic-merge-patch+json",
            """{"data":{"d":"4"},"metadata":{"labels":{"x":"y"}}}""");
        Assert.Equal("y", strategic.Object.Metadata.Labels["x"]);
    }

    [Fact]
    public async Task An_apply_creates_and_owns_its_fields()
    {
        var map = Given.ConfigMap("applied");
        var body =
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied","namespace":"default"},"data":{"a":"1"}}""";
        var made = await Patch(map, "application/apply-patch+yaml", body, new WriteOptions(FieldManager: "me"));
        Assert.True(made.IsCreated);
        Assert.Contains(made.Object.Metadata.ManagedFields, entry => entry is { Manager: "me", Operation: "Apply" });
        await Refused.With(409, "Conflict", () =>
            Patch(map, "application/apply-patch+yaml", body.Replace("\"1\"", "\"2\"", StringComparison.Ordinal),
                new WriteOptions(FieldManager: "you")));
        Assert.Equal("1", World.Fresh(map).Data["a"]);
    }

    [Fact]
    public async Task A_patch_with_an_unknown_field_warns_or_is_refused()
    {
        var map = await World.Create(Given.ConfigMap("unknown"));
        var result = await Patch(map, "application/merge-patch+json", """{"colour":"red"}""");
        Assert.Contains("colour", Assert.Single(result.Warnings!), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ApiException>(() =>
            Patch(map, "application/merge-patch+json", """{"colour":"red"}""",
                new WriteOptions(FieldValidation: "Strict")));
    }

    [Fact]
    public async Task A_deletion_keeps_to_its_preconditions()
    {
        var made = await World.Create(Given.ConfigMap("condition"));
        await Refused.With(409, "Conflict", () => World.Delete(made, new DeleteRequest { Uid = "another" }));
        await Refused.With(409, "Conflict", () => World.Delete(made, new DeleteRequest { ResourceVersion = "1" }));
        var request = new DeleteRequest { Uid = made.Metadata.Uid, ResourceVersion = made.Metadata.ResourceVersion };
        Assert.True((await World.Delete(made, request)).IsRemoved);
        Assert.Null(World.Find(made));
        var again = await World.Create(Given.ConfigMap("condition"));
        Assert.NotEqual(made.Metadata.Uid, again.Metadata.Uid);
    }

    [Fact]
    public async Task Finalizers_hold_an_object_until_the_last_is_gone()
    {
        var map = Given.ConfigMap("held");
        var made = await World.Create(
            map with { Metadata = map.Metadata with { Finalizers = ["example.com/a", "example.com/b"] } });
        Assert.False((await World.Delete(made)).IsRemoved);
        var marked = World.Fresh(made);
        Assert.True(marked.IsGoing());
        await World.Delete(made);
        Assert.Equal(marked.Metadata.ResourceVersion, World.Fresh(made).Metadata.ResourceVersion);
        await Refused.With(422, "Invalid", () =>
            World.Merge(made, """{"metadata":{"finalizers":["example.com/a","example.com/b","example.com/c"]}}"""));
        await World.Merge(made, """{"metadata":{"finalizers":["example.com/b"]}}""");
        Assert.NotNull(World.Find(made));
        await World.Merge(made, """{"metadata":{"finalizers":null}}""");
        Assert.Null(World.Find(made));
    }

    [Fact]
    public async Task The_status_is_written_apart_from_the_rest()
    {
        var made = await World.Create(Given.Pod("apart").With(spec => spec with { SchedulerName = "nobody" }));
        var both = made with
        {
            Metadata = made.Metadata with { Labels = Given.Map(("a", "b")) },
            Status = made.Status with { Message = "said" },
        };
        var first = await World.Update(both, "status");
        Assert.Equal("said", first.Status.Message);
        Assert.Equal(made.Metadata.Generation, first.Metadata.Generation);
        var second = await World.Update(
            first with { Metadata = first.Metadata with { Labels = Given.Map(("a", "b")) }, Status = new() });
        Assert.Equal("said", second.Status.Message);
        Assert.Equal("b", second.Metadata.Labels["a"]);
    }

    [Fact]
    public async Task Who_changed_what_is_recorded()
    {
        var made = await World.Create(Given.ConfigMap("managed", "default", ("a", "1")),
            new WriteOptions(FieldManager: "one"));
        var changed = await World.Merge(made, """{"data":{"b":"2"}}""", options: new WriteOptions(FieldManager: "two"));
        Assert.Equal(["one"], made.Metadata.ManagedFields.Select(entry => entry.Manager));
        Assert.Equal(["one", "two"], changed.Metadata.ManagedFields.Select(entry => entry.Manager).Order());
    }

    private Task<WriteResult> Patch(ApiObject obj, string type, string body, WriteOptions? options = null) =>
        World.Written(World.GrainOf(obj).Patch(new PatchRequest(type, Encoding.UTF8.GetBytes(body), ""),
            options ?? new WriteOptions()));
}

/// <inheritdoc />
public sealed class ObjectGrainTests(SharedWorld shared) : ObjectGrainScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class ObjectGrainTestsOnManySilos(
    ScatteredWorld shared) : ObjectGrainScenarios(shared), IClassFixture<ScatteredWorld>;
