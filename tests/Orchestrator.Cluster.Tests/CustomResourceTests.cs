using System.Text;
using System.Text.Json;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests;

/// <summary>Kinds that users declare: how they come, what their objects live through, and how they go.</summary>
public abstract class CustomResourceScenarios(SharedWorld shared)
{
    private TestWorld World => shared.World;

    [Fact]
    public async Task A_declared_kind_is_established_and_its_objects_are_kept()
    {
        var definition = await Declared("kept.example.com");
        Assert.Equal("tabs", definition.Status.AcceptedNames.Plural);
        Assert.Equal(["v1"], definition.Status.StoredVersions);
        Assert.Empty(definition.Metadata.Finalizers);
        var made = await World.Create(Tab("kept.example.com", "one", """{"spec":{"size":2,"gone":1}}"""));
        Assert.Equal("""{"spec":{"colour":"red","gone":1,"size":2}}""", made.Content.GetRawText());
        Assert.Equal(1, made.Metadata.Generation);
        var next = await World.Merge(made, """{"spec":{"size":3,"gone":null}}""");
        Assert.Equal("""{"spec":{"colour":"red","size":3}}""", next.Content.GetRawText());
        Assert.Equal(2, next.Metadata.Generation);
        await Refused.With(422, "Invalid", () => World.Merge(next, """{"spec":{"size":"x"}}"""));
        await Refused.With(409, "AlreadyExists", () => World.Create(Tab("kept.example.com", "one")));
        await World.Delete(next);
        await World.Gone(next);
    }

    [Fact]
    public async Task A_definition_takes_its_objects_with_it_and_goes_last()
    {
        var definition = await Declared("going.example.com");
        for (var i = 0; i < 20; i++) await World.Create(Tab("going.example.com", $"tab-{i}"));
        var held = Tab("going.example.com", "held");
        await World.Create(held with { Metadata = held.Metadata with { Finalizers = ["example.com/hold"] } });
        await World.Delete(definition);
        await World.Eventually(() => World.Cache.List(Storage(definition)).Items.Count == 1, "all but one are gone");
        Assert.Equal([CustomResourceDefinition.CleanupFinalizer], World.Fresh(definition).Metadata.Finalizers);
        Assert.True(World.Fresh(definition).Is("Terminating"));
        var refusal = await Assert.ThrowsAsync<ApiException>(() => World.Create(Tab("going.example.com", "late")));
        Assert.Equal("create not allowed while custom resource definition is terminating", refusal.Message);
        await World.Merge(held, """{"metadata":{"finalizers":null}}""");
        await World.Gone(definition);
        Assert.Empty(World.Cache.List(Storage(definition)).Items);
        await Refused.With(404, "NotFound", () => World.Create(Tab("going.example.com", "later")));
        await Declared("going.example.com");
        Assert.NotNull(await World.Create(Tab("going.example.com", "later")));
    }

    [Fact]
    public async Task Quotas_count_objects_of_declared_kinds()
    {
        await Declared("counted.example.com");
        var quota = await World.Create(new ResourceQuota
        {
            Metadata = new() { Name = "tabs", Namespace = "default" },
            Spec = new()
            {
                Hard = new Dictionary<string, Quantity> { ["count/tabs.counted.example.com"] = Quantity.FromUnits(9) },
            },
        });
        for (var i = 0; i < 9; i++) await World.Create(Tab("counted.example.com", $"tab-{i}"));
        var refusal = await Refused.With(403, "Forbidden", () => World.Create(Tab("counted.example.com", "more")));
        Assert.Equal("tabs.counted.example.com \"more\" is forbidden: exceeded quota: tabs, requested: "
            + "count/tabs.counted.example.com=1, used: count/tabs.counted.example.com=9, limited: "
            + "count/tabs.counted.example.com=9", refusal.Message);
        await World.Delete(Tab("counted.example.com", "tab-3"));
        await World.Create(Tab("counted.example.com", "more"));
        await World.Delete(quota);
    }

    [Fact]
    public async Task Names_that_are_freed_go_to_the_one_who_waits()
    {
        var first = await Declared("names.example.com");
        var second = await World.Create(Definition("names.example.com", "others"));
        await World.Eventually(
            () => World.Fresh(second).Status.Conditions.Any(one => one is { Type: "NamesAccepted", Status: "False" }),
            "the kind is taken");
        Assert.False(World.Fresh(second).Is("Established"));
        await World.Delete(first);
        await World.Eventually(() => World.Fresh(second).Is("Established"), "the other is established");
    }

    [Fact]
    public async Task Objects_go_with_their_owner_and_with_their_namespace()
    {
        await Declared("owned.example.com");
        var owner = await World.Create(Tab("owned.example.com", "owner"));
        var map = Given.ConfigMap("owned-by-tab");
        await World.Create(map with
        {
            Metadata = map.Metadata with
            {
                OwnerReferences = [new()
                {
                    ApiVersion = "owned.example.com/v1", Kind = "Tab", Name = "owner", Uid = owner.Metadata.Uid!,
                }],
            },
        });
        await World.Delete(owner);
        await World.Gone(map);
        var ns = await World.Create(Given.Namespace("of-tabs"));
        var inside = await World.Create(Tab("owned.example.com", "inside", ns: "of-tabs"));
        await World.Delete(ns);
        await World.Gone(ns);
        Assert.Null(World.Find(inside));
    }

    [Fact]
    public async Task A_changed_schema_holds_for_the_next_write()
    {
        var definition = await Declared("later.example.com");
        var made = await World.Create(Tab("later.example.com", "one"));
        var now = World.Fresh(definition);
        await World.Update(now with
        {
            Spec = now.Spec with
            {
                Versions = [now.Spec.Versions[0] with { Schema = new() { OpenAPIV3Schema = Schema("blue", 5) } }],
            },
        });
        // What is not changed is not judged, so each attempt is another one.
        var size = 8;
        await World.Eventually(async () =>
        {
            size = size == 8 ? 9 : 8;
            try
            {
                await World.Merge(made, $$$"""{"spec":{"size":{{{size}}} }}""");
                return false;
            }
            catch (ApiException refused) when (refused.Code == 422)
            {
                return refused.Message.Contains("should be less than or equal to 5", StringComparison.Ordinal);
            }
        }, "the new limit holds");
    }

    private static CustomKind Storage(CustomResourceDefinition definition) => CustomKinds.Of(definition).Storage!;

    private async Task<CustomResourceDefinition> Declared(string group)
    {
        var definition = await World.Create(Definition(group, "tabs"));
        await World.Eventually(() => World.Fresh(definition).Is("Established"), $"{group} is established");
        return World.Fresh(definition);
    }

    private static CustomResourceDefinition Definition(string group, string plural) => new()
    {
        Metadata = new() { Name = $"{plural}.{group}" },
        Spec = new()
        {
            Group = group,
            Scope = "Namespaced",
            Names = new() { Plural = plural, Singular = plural[..^1], Kind = "Tab" },
            Versions = [new()
            {
                Name = "v1", Served = true, Storage = true, Schema = new() { OpenAPIV3Schema = Schema("red", 10) },
            }],
        },
    };

    private static JSONSchemaProps Schema(string colour, int sizeMax)
    {
        using var json = JsonDocument.Parse($$$"""
            {"type":"object","properties":{"spec":{"type":"object","default":{},
             "x-kubernetes-preserve-unknown-fields":true,"properties":{
              "size":{"type":"integer","maximum": {{{sizeMax}}} },"colour":{"type":"string","default":"{{{colour}}}" }}
             }} }
            """);
        return JSONSchemaProps.SchemaOf(json.RootElement.Clone())!;
    }

    private static CustomObject Tab(string group, string name, string content = "{}", string ns = "default")
    {
        var read = (CustomObject)ApiJson.Read(
            CustomKinds.Nominal(group, "tabs", isNamespaced: true), Encoding.UTF8.GetBytes(content));
        return read with { Metadata = new() { Name = name, Namespace = ns } };
    }
}

/// <inheritdoc />
public sealed class CustomResourceTests(SharedWorld shared)
    : CustomResourceScenarios(shared), IClassFixture<SharedWorld>;

/// <inheritdoc />
public sealed class CustomResourceTestsOnManySilos(ScatteredWorld shared)
    : CustomResourceScenarios(shared), IClassFixture<ScatteredWorld>;
