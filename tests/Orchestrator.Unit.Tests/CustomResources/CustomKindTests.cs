using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.Reconcilers.CustomResources;
using Orchestrator.Reconcilers.Objects;

namespace Orchestrator.Unit.Tests.CustomResources;

/// <summary>Objects of declared kinds go the way of all objects.</summary>
public sealed class CustomKindTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_new_object_is_defaulted_and_has_no_status()
    {
        var kind = Definitions.Kind();
        var made = Created(kind, """{"metadata":{"name":"a","namespace":"b"},"spec":{},"status":{"phase":"Done"}}""");
        Definitions.Json(made).ShouldBe("""{"spec":{"replicas":1}}""");
        made.Metadata.Generation.ShouldBe(1);
        KindRegistry.KeyOf(made).ToString().ShouldBe("stable.example.com/crontabs/b/a");
    }

    [Fact]
    public void The_status_has_its_own_door()
    {
        var kind = Definitions.Kind();
        var made = Created(kind, """{"metadata":{"name":"a","namespace":"b"},"spec":{"replicas":2}}""");
        var sent = made.WithFields((JsonObject)JsonNode.Parse(
            """{"spec":{"replicas":3},"status":{"phase":"Done"}}""")!);
        var told = (CustomObject)ObjectWrites.Updated(kind, sent, made, "status");
        Definitions.Json(told).ShouldBe("""{"spec":{"replicas":2},"status":{"phase":"Done"}}""");
        told.Metadata.Generation.ShouldBe(1);
        var changed = (CustomObject)ObjectWrites.Updated(kind, sent, told, "");
        Definitions.Json(changed).ShouldBe("""{"spec":{"replicas":3},"status":{"phase":"Done"}}""");
        changed.Metadata.Generation.ShouldBe(2);
        ObjectWrites.Updated(kind, changed, changed, "").ShouldBeSameAs(changed);
    }

    [Fact]
    public void A_status_is_checked_too()
    {
        var kind = Definitions.Kind();
        var made = Created(kind, """{"metadata":{"name":"a","namespace":"b"},"spec":{}}""");
        var sent = made.WithFields((JsonObject)JsonNode.Parse("""{"status":{"phase":7}}""")!);
        Should.Throw<ApiException>(() => ObjectWrites.Updated(kind, sent, made, "status")).Message.ShouldContain(
            "status.phase: Invalid value: \"integer\": status.phase in body must be of type string: \"integer\"");
    }

    // why | spec before | spec after | errors
    [Theory]
    [InlineData("what is left alone is forgiven", "{'a':9,'b':1}", "{'a':9,'b':2}", "")]
    [InlineData("what is changed is not", "{'a':9,'b':1}", "{'a':8,'b':1}",
        "spec.a: Invalid value: 8: spec.a in body should be less than or equal to 5")]
    [InlineData("what came is not", "{'b':1}", "{'a':9,'b':1}",
        "spec.a: Invalid value: 9: spec.a in body should be less than or equal to 5")]
    [InlineData("what is missing is not, where something changed", "{'a':1}", "{'a':2}", "spec.b: Required value")]
    public void A_stricter_schema_does_not_lock_objects(string why, string before, string after, string expected)
    {
        var kind = Definitions.Kind("""
            {"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
             "properties":{"spec":{"type":"object","required":["b"],"properties":{
              "a":{"type":"integer","maximum":5},"b":{"type":"integer"}}}}}}}]}}
            """);
        string.Join('\n', kind.Check(Of(after), Of(before))).ShouldBe(expected, why);

        CustomObject Of(string spec) => Definitions.Object(kind,
            $$"""{"metadata":{"name":"a","namespace":"b","uid":"u"},"spec":{{spec.Replace('\'', '"')}}}""");
    }

    [Fact]
    public void Unknown_and_double_fields_are_told_of_or_refused()
    {
        var kind = Definitions.Kind();
        var body = """{"metadata":{"name":"a","foo":1},"spec":{"bar":1,"replicas":1,"replicas":2}}"""u8.ToArray();
        ObjectDecoder.Decode(kind, body, FieldValidation.Warn).Warnings.ShouldBe(
            ["duplicate field \"spec.replicas\"", "unknown field \"metadata.foo\"", "unknown field \"spec.bar\""],
            ignoreOrder: true);
        Should.Throw<ApiException>(() => ObjectDecoder.Decode(kind, body, FieldValidation.Strict)).Message
            .ShouldStartWith("CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error: ");
        ObjectDecoder.Decode(kind, body, FieldValidation.Ignore).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_stored_is_read_back_and_shown_with_newer_defaults()
    {
        var kind = Definitions.Kind();
        var made = Created(kind, """{"metadata":{"name":"a","namespace":"b"},"spec":{"cronSpec":"x"}}""");
        var key = KindRegistry.KeyOf(made);
        var read = (CustomObject)ApiJson.Read(KindRegistry.Of(key), ApiJson.Write(made));
        KindRegistry.KeyOf(read).ShouldBe(key);
        Encoding.UTF8.GetString(ApiJson.Write(read)).ShouldBe(Encoding.UTF8.GetString(ApiJson.Write(made)));
        var later = Definitions.Kind("""
            {"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
             "properties":{"spec":{"type":"object","properties":{"cronSpec":{"type":"string"},
              "image":{"type":"string","default":"busybox"}}}}}}}]}}
            """);
        Definitions.Json((CustomObject)later.FromStored(read)).ShouldBe(
            """{"spec":{"cronSpec":"x","image":"busybox"}}""");
        kind.FromStored(read).ShouldBeSameAs(read);
    }

    [Fact]
    public void Apply_merges_lists_by_their_keys()
    {
        var kind = Definitions.Kind("""
            {"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
             "properties":{"spec":{"type":"object","properties":{
              "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":
               {"type":"object","required":["name"],"properties":{"name":{"type":"string"},"port":{"type":"integer"}}}},
              "tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
              "whole":{"type":"array","items":{"type":"string"}}}}}}}}]}}
            """);
        var one = Apply(kind, null, "one", """{"ports":[{"name":"a","port":1}],"tags":["x"],"whole":["p"]}""");
        var two = Apply(kind, one, "two", """{"ports":[{"name":"b","port":2}],"tags":["y"]}""");
        two["spec"]!.ToJsonString().ShouldBe(
            """{"ports":[{"name":"a","port":1},{"name":"b","port":2}],"tags":["x","y"],"whole":["p"]}""");
        Should.Throw<ApiException>(() => Apply(kind, two, "two", """{"whole":["q"]}""")).Message.ShouldBe(
            "Apply failed with 1 conflict: conflict with \"one\": .spec.whole");
        Apply(kind, two, "one", """{"whole":["p"]}""")["spec"]!.ToJsonString().ShouldBe(
            """{"ports":[{"name":"b","port":2}],"tags":["y"],"whole":["p"]}""");
    }

    [Fact]
    public void Strategic_merges_are_not_for_custom_kinds() =>
        Should.Throw<ApiException>(() => Patches.Apply(
            Definitions.Kind(), new JsonObject(), Patches.StrategicType, "{}"u8)).Code.ShouldBe(415);

    [Theory]
    [InlineData(".spec.replicas", "3")]
    [InlineData(".spec.list[1].name", "b")]
    [InlineData(".spec.list[*].name", "a b")]
    [InlineData(".spec.list[-1].name", "b")]
    [InlineData(".spec.list[?(@.name==\"b\")].on", "True")]
    [InlineData(".spec.list[?(@.name!='b')].name", "a")]
    [InlineData(".spec['a.b']", "dotted")]
    [InlineData(".spec.a\\.b", "dotted")]
    [InlineData(".spec.nothing", "")]
    public void Paths_lead_to_values(string path, string expected)
    {
        using var json = System.Text.Json.JsonDocument.Parse(
            """{"spec":{"replicas":3,"a.b":"dotted","list":[{"name":"a"},{"name":"b","on":true}]}}""");
        string.Join(' ', JsonPaths.Find(json.RootElement, JsonPaths.Parse(path)!)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("spec")]
    [InlineData(".spec[")]
    [InlineData(".spec[x]")]
    [InlineData("..a")]
    public void What_is_no_path_is_none(string path) => JsonPaths.Parse(path).ShouldBeNull();

    [Fact]
    public void Versions_are_ordered_as_the_reference_orders_them() =>
        string.Join(' ', new[] { "v1alpha1", "foo", "v2", "v1beta1", "v10", "v1", "v2beta1", "v1beta2", "bar" }
            .Order(VersionOrder.NewestFirst)).ShouldBe("v10 v2 v1 v2beta1 v1beta2 v1beta1 v1alpha1 bar foo");

    [Fact]
    public void Names_go_to_the_first_who_asks()
    {
        var first = Definitions.Read(Definitions.CronTab);
        var plan = DefinitionReconciler.Reconcile(first, [first], 0, Now);
        plan.Status.Conditions.Select(one => $"{one.Type}={one.Status} {one.Reason}").ShouldBe(
            ["NamesAccepted=True NoConflicts", "Established=True InitialNamesAccepted"]);
        plan.Status.AcceptedNames.ListKind.ShouldBe("CronTabList");
        first = first with { Metadata = first.Metadata with { Uid = "1" }, Status = plan.Status };
        var second = Definitions.With(
            """{"metadata":{"name":"others.stable.example.com","uid":"2"},"spec":{"names":{"plural":"others","kind":"Other","singular":"other"}}}""");
        var refused = DefinitionReconciler.Reconcile(second, [first, second], 0, Now);
        refused.Status.Conditions.Select(one => $"{one.Type}={one.Status} {one.Reason} {one.Message}").ShouldBe(
            ["NamesAccepted=False ShortNamesConflict \"ct\" is already in use",
                "Established=False NotAccepted not all names are accepted"]);
        CustomKinds.Of(second with { Status = refused.Status }).Served.ShouldBeEmpty();
        DefinitionReconciler.Reconcile(second, [second], 0, Now).Status.Conditions[1].Status.ShouldBe("True");
    }

    [Fact]
    public void A_definition_goes_after_the_last_of_its_objects()
    {
        var going = Definitions.Established(Definitions.Read(Definitions.CronTab));
        going = going with { Metadata = going.Metadata with { DeletionTimestamp = Now } };
        var waiting = DefinitionReconciler.Reconcile(going, [going], 2, Now);
        (waiting.DeletesObjects, waiting.IsFinished).ShouldBe((true, false));
        waiting.Status.Conditions[^1].ShouldBe(new CustomResourceDefinitionCondition
        {
            Type = "Terminating",
            Status = "True",
            LastTransitionTime = Now,
            Reason = "InstanceDeletionInProgress",
            Message = "CustomResource deletion is in progress",
        });
        var done = DefinitionReconciler.Reconcile(going, [going], 0, Now);
        (done.DeletesObjects, done.IsFinished).ShouldBe((false, true));
    }

    private static CustomObject Created(CustomKind kind, string json) =>
        (CustomObject)ObjectWrites.Created(kind, Definitions.Object(kind, json), "uid", Now);

    private static JsonObject Apply(CustomKind kind, JsonObject? current, string manager, string spec) =>
        ServerSideApply.Apply(kind, current, (JsonObject)JsonNode.Parse($$"""
            {"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"name":"a"},"spec":{{spec}}}
            """)!, manager, false, Now);
}
