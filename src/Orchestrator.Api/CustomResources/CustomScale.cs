using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Autoscaling.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>Shows a custom object as its Scale, and a scale as a change of the object.</summary>
public sealed class CustomScale(CustomResourceSubresourceScale paths)
{
    /// <summary>The replica counts of an object.</summary>
    /// <exception cref="ApiException">500: the object has no replica count where its definition says.</exception>
    public Scale Of(CustomObject obj)
    {
        var replicas = Number(obj, paths.SpecReplicasPath)
            ?? throw new ApiException(500, "InternalError", "Internal error occurred: the spec replicas field "
                + $"\"{paths.SpecReplicasPath}\" does not exist");
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
            Spec = new ScaleSpec { Replicas = replicas },
            Status = new ScaleStatus
            {
                Replicas = Number(obj, paths.StatusReplicasPath) ?? 0,
                Selector = paths.LabelSelectorPath is { Length: > 0 } path ? Find(obj, path)?.ToString() : null,
            },
        };
    }

    /// <summary>The merge patch that sets the count.</summary>
    public JsonObject Change(int replicas)
    {
        JsonNode change = JsonValue.Create(replicas);
        foreach (var name in (JsonPaths.Fields(paths.SpecReplicasPath) ?? []).Reverse())
            change = new JsonObject { [name] = change };
        return (JsonObject)change;
    }

    private static int? Number(CustomObject obj, string path) =>
        Find(obj, path) is { ValueKind: JsonValueKind.Number } number
            ? int.Parse(number.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture)
            : null;

    private static JsonElement? Find(CustomObject obj, string path)
    {
        foreach (var found in JsonPaths.Find(obj.Content, JsonPaths.Parse(path) ?? [])) return found;
        return null;
    }
}
