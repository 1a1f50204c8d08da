using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>
/// Applies patches to the JSON of objects. Pure: the current tree is left as it is, the outcome is a new one.
/// Server-side apply is not here but in <see cref="ServerSideApply"/>, for it needs a manager and a time.
/// </summary>
public static class Patches
{
    /// <summary>RFC 6902.</summary>
    public const string JsonType = "application/json-patch+json";

    /// <summary>RFC 7386.</summary>
    public const string MergeType = "application/merge-patch+json";

    /// <summary>Merge with keys for list elements and directives.</summary>
    public const string StrategicType = "application/strategic-merge-patch+json";

    /// <summary>Server-side apply.</summary>
    public const string ApplyType = "application/apply-patch+yaml";

    /// <summary>The patched object.</summary>
    /// <param name="kind">The kind of the object.</param>
    /// <param name="current">The object as JSON, with apiVersion and kind.</param>
    /// <param name="contentType">The media type of the patch; parameters such as charset are passed over.</param>
    /// <param name="patch">The patch as it was sent.</param>
    /// <exception cref="ApiException">400, 413, 415 or 422, as the reference answers.</exception>
    public static JsonNode Apply(Kind kind, JsonNode current, string? contentType, ReadOnlySpan<byte> patch) =>
        kind is CustomKind && MediaType(contentType) == StrategicType
            ? throw UnknownType(contentType)
            : Apply(kind.Type, current, contentType, patch);

    /// <summary>The patched object of a record type that is no served kind, such as Scale.</summary>
    /// <inheritdoc cref="Apply(Kind, JsonNode, string?, ReadOnlySpan{byte})" />
    public static JsonNode Apply(Type type, JsonNode current, string? contentType, ReadOnlySpan<byte> patch)
    {
        var copy = current.DeepClone();
        var result = MediaType(contentType) switch
        {
            JsonType => JsonPatch.Apply(copy, JsonTrees.Parse(patch)),
            MergeType => MergePatch.Apply(copy, Body(patch)),
            StrategicType => StrategicMerge.Apply(Shape.Of(type), (JsonObject)copy, Body(patch)),
            _ => throw UnknownType(contentType),
        };
        return result as JsonObject
            ?? throw ApiException.BadRequest("the patch leaves no object: an object of the API is a JSON object");
    }

    /// <summary>The content type without its parameters, in lower case.</summary>
    public static string MediaType(string? contentType) =>
        (contentType ?? "").Split(';', 2)[0].Trim().ToLowerInvariant();

    /// <summary>415: the patch is of a type that is not served.</summary>
    public static ApiException UnknownType(string? contentType) =>
        new(415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
            + $"{JsonType}, {MergeType}, {StrategicType}, {ApplyType}"
            + (string.IsNullOrEmpty(contentType) ? "" : $" (you sent {contentType})"));

    private static JsonObject Body(ReadOnlySpan<byte> patch) => JsonTrees.Parse(patch) as JsonObject
        ?? throw ApiException.BadRequest("error decoding patch: a merge patch must be a JSON object");
}
