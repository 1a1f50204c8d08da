using System.Text.Json;
using Orchestrator.Api.Autoscaling.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.ApiServer.Objects;

/// <summary>
/// Shows a scalable object as its Scale. Works on the JSON, for all scalable kinds share these fields.
/// </summary>
internal static class ScaleView
{
    /// <summary>The replica counts of an object as its kind knows them.</summary>
    public static Scale Of(Kind kind, ApiObject obj) =>
        kind is CustomKind { Scale: { } scale } ? scale.Of((CustomObject)obj) : Of(obj);

    /// <summary>The replica counts of an object, under its name and version.</summary>
    public static Scale Of(ApiObject obj)
    {
        using var json = JsonDocument.Parse(ApiJson.Write(obj));
        var (spec, status) = (Find(json.RootElement, "spec"), Find(json.RootElement, "status"));
        var meta = obj.Metadata;
        return new Scale
        {
            Metadata = new ObjectMeta
            {
                Name = meta.Name,
                Namespace = meta.Namespace,
                Uid = meta.Uid,
                ResourceVersion = meta.ResourceVersion,
                CreationTimestamp = meta.CreationTimestamp,
            },
            Spec = new ScaleSpec { Replicas = Number(spec, "replicas") },
            Status = new ScaleStatus
            {
                Replicas = Number(status, "replicas"),
                Selector = Find(spec, "selector") is { } selector ? LabelSelectors.Format(SelectorOf(selector)) : null,
            },
        };
    }

    // A ReplicationController selects by plain labels; every later kind by a record.
    private static LabelSelector SelectorOf(JsonElement selector)
    {
        if (selector.EnumerateObject().Any(field => field.Value.ValueKind != JsonValueKind.String))
            return selector.Deserialize<LabelSelector>(ApiJson.Options) ?? new();
        return new()
        {
            MatchLabels = selector.EnumerateObject()
                .ToDictionary(field => field.Name, field => field.Value.GetString() ?? ""),
        };
    }

    private static JsonElement? Find(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } obj && obj.TryGetProperty(name, out var value) ? value : null;

    private static int Number(JsonElement? parent, string name) =>
        Find(parent, name) is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : 0;
}
