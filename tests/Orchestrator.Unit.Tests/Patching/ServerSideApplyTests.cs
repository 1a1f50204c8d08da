using System.Text.Json.Nodes;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.Unit.Tests.Decoding;

namespace Orchestrator.Unit.Tests.Patching;

public sealed class ServerSideApplyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void The_first_apply_creates_and_owns_what_it_sets()
    {
        var created = Apply(null, "one",
            """{"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        Plain(created, "spec").ShouldBe(
            """{"replicas":2,"template":{"spec":{"containers":[{"name":"c","image":"i"}]}}}""");
        var entry = created["metadata"]!["managedFields"]![0]!;
        entry["manager"]!.ToString().ShouldBe("one");
        entry["operation"]!.ToString().ShouldBe("Apply");
        entry["apiVersion"]!.ToString().ShouldBe("apps/v1");
        entry["time"]!.ToString().ShouldBe("2026-01-02T03:04:05Z");
        JsonTrees.ToText(entry["fieldsV1"]).ShouldBe(
            """{"f:spec":{"f:replicas":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:name":{}}}}}}}""");
    }

    [Fact]
    public void The_same_apply_again_changes_nothing()
    {
        var created = Apply(null, "one", """{"spec":{"replicas":2}}""");
        var again = Apply(created, "one", """{"spec":{"replicas":2}}""", at: Now.AddHours(1));
        JsonNode.DeepEquals(created, again).ShouldBeTrue();
    }

    [Fact]
    public void Another_value_of_what_another_owns_is_a_conflict()
    {
        var created = Apply(null, "one", """{"spec":{"replicas":2,"paused":true}}""");
        var refusal = Refused.By(() => Apply(created, "two", """{"spec":{"replicas":3}}"""));
        refusal.Code.ShouldBe(409);
        refusal.Reason.ShouldBe("Conflict");
        refusal.Message.ShouldBe("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas");
        refusal.Details!.Causes.Single().ShouldBe(
            new StatusCause("FieldManagerConflict", "conflict with \"one\"", ".spec.replicas"));
        Refused.By(() => Apply(created, "two", """{"spec":{"replicas":3,"paused":false}}""")).Message.ShouldBe(
            "Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.paused\n- .spec.replicas");
    }

    [Fact]
    public void A_conflict_names_the_version_of_an_update()
    {
        var before = Web("""{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"1"}]}}}}""");
        var updated = Recorded(Deployment.Kind, null, before, "kubectl-create", Now);
        Refused.By(
            () => Apply(updated, "two", """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"2"}]}}}}"""))
            .Message.ShouldBe("Apply failed with 1 conflict: conflict with \"kubectl-create\" using apps/v1: "
                + ".spec.template.spec.containers[name=\"c\"].image");
    }

    [Fact]
    public void Force_takes_ownership()
    {
        var created = Apply(null, "one", """{"spec":{"replicas":2,"paused":true}}""");
        var forced = Apply(created, "two", """{"spec":{"replicas":3}}""", force: true);
        Plain(forced, "spec").ShouldBe("""{"replicas":3,"paused":true}""");
        Owned(forced, "one").ShouldBe("""{"f:spec":{"f:paused":{}}}""");
        Owned(forced, "two").ShouldBe("""{"f:spec":{"f:replicas":{}}}""");
    }

    [Fact]
    public void The_same_value_is_shared_and_stays_until_the_last_owner_lets_go()
    {
        var one = Apply(null, "one", """{"spec":{"replicas":2}}""");
        var both = Apply(one, "two", """{"spec":{"replicas":2}}""");
        Owned(both, "one").ShouldBe(Owned(both, "two"));
        var left = Apply(both, "one", """{"spec":{}}""");
        Plain(left, "spec").ShouldBe("""{"replicas":2}""");
        var gone = Apply(left, "two", """{"spec":{}}""");
        Plain(gone, "spec").ShouldBe("{}");
    }

    [Fact]
    public void What_is_no_longer_applied_goes_away()
    {
        var created = Apply(null, "one",
            """{"metadata":{"labels":{"a":"1","b":"2"},"finalizers":["x/a","x/b"]},"spec":{"template":{"spec":{"containers":[{"name":"c"},{"name":"d","env":[{"name":"E","value":"1"}]}]}}}}""");
        var next = Apply(created, "one",
            """{"metadata":{"labels":{"b":"2"},"finalizers":["x/b"]},"spec":{"template":{"spec":{"containers":[{"name":"d"}]}}}}""");
        JsonTrees.ToText(next["metadata"]!["labels"]).ShouldBe("""{"b":"2"}""");
        JsonTrees.ToText(next["metadata"]!["finalizers"]).ShouldBe("""["x/b"]""");
        Plain(next, "spec").ShouldBe("""{"template":{"spec":{"containers":[{"name":"d"}]}}}""");
    }

    [Fact]
    public void An_element_someone_else_sets_a_field_of_stays()
    {
        var created = Apply(null, "one",
            """{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"1"}]}}}}""");
        var both = Apply(created, "two", """{"spec":{"template":{"spec":{"containers":[{"name":"c","tty":true}]}}}}""");
        var left = Apply(both, "one", """{"spec":{}}""");
        Plain(left, "spec").ShouldBe("""{"template":{"spec":{"containers":[{"name":"c","tty":true}]}}}""");
    }

    [Fact]
    public void Fields_nobody_applied_stay()
    {
        var created = Apply(null, "one", """{"spec":{"replicas":2}}""");
        created["spec"]!["revisionHistoryLimit"] = 10;
        Plain(Apply(created, "one", """{"spec":{"replicas":4}}"""), "spec")
            .ShouldBe("""{"replicas":4,"revisionHistoryLimit":10}""");
    }

    [Fact]
    public void An_object_without_bookkeeping_belongs_to_before_first_apply()
    {
        var current = Web("""{"spec":{"replicas":1}}""");
        Refused.By(() => Apply(current, "one", """{"spec":{"replicas":2}}""")).Message.ShouldBe(
            "Apply failed with 1 conflict: conflict with \"before-first-apply\" using apps/v1: .spec.replicas");
        Owned(Apply(current, "one", """{"spec":{"replicas":1}}"""), "one").ShouldBe("""{"f:spec":{"f:replicas":{}}}""");
    }

    [Fact]
    public void Another_spelling_of_an_amount_is_no_conflict()
    {
        const string template =
            """{"spec":{"template":{"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"AMOUNT"}}}]}}}}""";
        var created = Apply(null, "one", template.Replace("AMOUNT", "1"));
        Owned(Apply(created, "two", template.Replace("AMOUNT", "1000m")), "two").ShouldBe(Owned(created, "one"));
        Refused.By(() => Apply(created, "two", template.Replace("AMOUNT", "2"))).Code.ShouldBe(409);
    }

    [Fact]
    public void An_update_takes_over_what_it_changes()
    {
        var created = Apply(null, "one", """{"spec":{"replicas":2,"paused":true}}""");
        var scaled = (JsonObject)created.DeepClone();
        scaled["spec"]!["replicas"] = 5;
        ((JsonObject)scaled["spec"]!).Remove("paused");
        var recorded = Recorded(Deployment.Kind, created, scaled, "kubectl", Now);
        recorded["metadata"]!["managedFields"]!.AsArray().Count.ShouldBe(1);
        Owned(recorded, "kubectl").ShouldBe("""{"f:spec":{"f:replicas":{}}}""");
    }

    [Fact]
    public void An_update_that_changes_nothing_leaves_the_record_alone()
    {
        var web = new Deployment { Metadata = new() { Name = "web" }, Spec = new() { Replicas = 1 } };
        var kind = Deployment.Kind;
        var created = ManagedFields.Record(kind, null, web, "kubectl", "", Now);
        created.Metadata.ManagedFields.Single().Manager.ShouldBe("kubectl");
        ManagedFields.Record(kind, created, created, "other", "", Now.AddHours(1)).ShouldBeSameAs(created);
        var status = ManagedFields.Record(
            kind, created, (Deployment)created with { Status = new() { ReadyReplicas = 1 } }, "controller",
            "status", Now);
        status.Metadata.ManagedFields.Select(entry => $"{entry.Manager}/{entry.Subresource}")
            .ShouldBe(["controller/status", "kubectl/"]);
    }

    [Fact]
    public void What_the_server_adds_to_a_new_object_is_nobodys()
    {
        var sent = new Deployment { Metadata = new() { Name = "web" }, Spec = new() { Replicas = 1 } };
        var stored = sent with { Spec = sent.Spec with { Paused = true } };
        var recorded = ManagedFields.Record(Deployment.Kind, null, stored, "kubectl", "", Now, sent);
        var owned = Owned(JsonTrees.Of(Deployment.Kind, recorded), "kubectl");
        owned.ShouldContain("f:replicas");
        owned.ShouldNotContain("f:paused");
    }

    [Fact]
    public void Many_updates_are_lumped_together()
    {
        var kind = Deployment.Kind;
        var current = Web("{}");
        for (var i = 0; i < 15; i++)
        {
            var next = (JsonObject)current.DeepClone();
            (next["metadata"]!["labels"] ??= new JsonObject())[$"l{i}"] = "x";
            current = Recorded(kind, current, next, $"m{i}", Now.AddSeconds(i));
        }
        current["metadata"]!["managedFields"]!.AsArray().Count.ShouldBe(10);
        Owned(current, "ancient-changes").ShouldContain("f:l0");
    }

    [Theory]
    [InlineData("""{"kind":"Deployment"}""", "Object 'apiVersion' is missing in the applied configuration")]
    [InlineData("""{"apiVersion":"apps/v1"}""", "Object 'Kind' is missing in the applied configuration")]
    [InlineData("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"managedFields":[{}]}}""",
        "metadata.managedFields must be nil")]
    public void Unfit_bodies_are_refused(string body, string message) => Refused.With(400, message,
        () => ServerSideApply.Apply(Deployment.Kind, null, PatchCases.Tree(body), "m", false, Now));

    // Whatever was applied before: an apply by the only manager leaves exactly what it says, and repeats as a no-op.
    [Fact]
    public void Random_applies_converge()
    {
        var chance = new Random(3);
        var kind = Pod.Kind;
        for (var round = 0; round < 500; round++)
        {
            JsonObject? current = null;
            for (var step = 0; step < 4; step++)
            {
                var wanted = RandomTrees.Pod(chance, isPatch: false);
                (wanted["apiVersion"], wanted["kind"]) = ("v1", "Pod");
                current = ServerSideApply.Apply(kind, current, wanted, "one", false, Now);
                ServerSideApply.Apply(kind, current, wanted, "two", false, Now);
                JsonNode.DeepEquals(current, ServerSideApply.Apply(kind, current, wanted, "one", false, Now.AddDays(1)))
                    .ShouldBeTrue($"round {round}: {JsonTrees.ToText(current)}");
                Names(current).ShouldBe(Names(wanted), ignoreOrder: true);
            }
        }
    }

    private static JsonObject Recorded(
        Kind kind, JsonObject? before, JsonObject after, string manager, DateTimeOffset now)
    {
        var old = before is null ? null : ApiJson.Read(kind, JsonTrees.ToBytes(before));
        var next = ApiJson.Read(kind, JsonTrees.ToBytes(after));
        return JsonTrees.Of(kind, ManagedFields.Record(kind, old, next, manager, "", now));
    }

    private static IEnumerable<string> Names(JsonObject pod) =>
        (pod["spec"]?["containers"] as JsonArray ?? []).Select(container => container!["name"]!.ToString());

    private static JsonObject Apply(
        JsonObject? current, string manager, string json, bool force = false, DateTimeOffset? at = null) =>
        ServerSideApply.Apply(
            Deployment.Kind, current, Web(json), manager, force, at ?? Now);

    private static JsonObject Web(string json)
    {
        var tree = PatchCases.Tree(json);
        (tree["apiVersion"], tree["kind"]) = ("apps/v1", "Deployment");
        (tree["metadata"] ??= new JsonObject())["name"] = "web";
        return tree;
    }

    private static string Plain(JsonObject obj, string field) => JsonTrees.ToText(obj[field]);

    private static string Owned(JsonObject obj, string manager) => JsonTrees.ToText(
        obj["metadata"]!["managedFields"]!.AsArray()
            .Single(entry => entry!["manager"]!.ToString() == manager)!["fieldsV1"]);
}
