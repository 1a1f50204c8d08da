using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources.Schemas;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;

namespace Orchestrator.Api.CustomResources;

/// <summary>How the objects of a schema merge: the same shapes that records have.</summary>
internal static class CustomShapes
{
    // What is not described merges field by field, and its lists are one value each.
    private static readonly Shape Free = new(ShapeKind.Map, static () => [], static () => Free!, isApplyAtomic: false);

    /// <summary>The shape of whole objects.</summary>
    public static Shape OfObject(StructuralSchema? schema) => new(ShapeKind.Object,
        () => [.. schema is null ? [] : Fields(schema), Field("metadata", Shape.Of(typeof(ObjectMeta)))],
        static () => null, isApplyAtomic: false, rest: schema is null || schema.KeepsUnknown ? Free : null);

    private static IEnumerable<ShapeField> Fields(StructuralSchema schema) => schema.Properties
        .Where(property => property.Key != "metadata")
        .Select(property => Field(property.Key, Of(property.Value), RuleOf(property.Value)));

    private static ShapeField Field(string name, Shape shape, MergeRule? rule = null) =>
        new(name, 0, shape, TakesNull: true, rule ?? MergeRule.Default);

    private static Shape Of(StructuralSchema schema) => schema.Source.Type switch
    {
        "object" when schema.Properties.Count > 0 || schema.Source.EmbeddedResource => new(ShapeKind.Object,
            () => [.. Fields(schema), .. Embedded(schema)], static () => null,
            schema.Source.MapType == "atomic", schema.KeepsUnknown || schema.Source.EmbeddedResource ? Free : null),
        "object" => new(ShapeKind.Map, static () => [], () => schema.Values is { } values ? Of(values) : Free,
            schema.Source.MapType == "atomic"),
        "array" => new(ShapeKind.List, static () => [], () => schema.Items is { } items ? Of(items) : Free, false),
        null or "" when schema.KeepsUnknown => Free,
        _ => new(ShapeKind.Any, static () => [], static () => null, isApplyAtomic: false),
    };

    private static IEnumerable<ShapeField> Embedded(StructuralSchema schema) =>
        schema.Source.EmbeddedResource ? [Field("metadata", Shape.Of(typeof(ObjectMeta)))] : [];

    private static MergeRule RuleOf(StructuralSchema schema) => schema.Source switch
    {
        { ListType: "set" } => new() { IsApplySet = true },
        { ListType: "map" } source => new()
        {
            ApplyKeys = [.. source.ListMapKeys.Select(key => new ApplyKey(key, DefaultOf(schema.Items, key)))],
        },
        { MapType: "atomic" } => new() { IsApplyAtomic = true },
        _ => MergeRule.Default,
    };

    private static string? DefaultOf(StructuralSchema? items, string key) =>
        items?.Properties.GetValueOrDefault(key)?.Default is JsonValue value && value.TryGetValue<string>(out var text)
            ? text : null;
}
