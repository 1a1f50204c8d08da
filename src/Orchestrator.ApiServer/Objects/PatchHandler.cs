using System.Text.Json.Nodes;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Passes patches on to the grain, which applies them to the newest state.</summary>
internal sealed class PatchHandler(RequestBody body, WriteHandler writes)
{
    private const string OptionsKind = "PatchOptions";
    private static readonly string[] PatchTypes =
        [Patches.JsonType, Patches.MergeType, Patches.StrategicType, Patches.ApplyType];

    // Nothing says how the lists of a custom kind merge but its schema, which strategic merge does not know.
    private static readonly string[] CustomPatchTypes = [Patches.JsonType, Patches.MergeType, Patches.ApplyType];

    public async Task AnswerAsync(ApiRequest request)
    {
        var patch = Views.ToStored(request.Kind, await ReadAsync(request));
        var options = request.WriteOptions(OptionsKind);
        var key = Views.StoredKind(request.Kind).KeyOf(request.Path.Namespace ?? "", request.Path.Name!);
        // Steps by path may add a second time what they added the first; the other patches say how things shall be.
        var repeat = patch.ContentType == Patches.JsonType ? Repeat.Unsafe : Repeat.Safe;
        var result = await writes.DoAsync(request, key, grain => grain.Patch(patch, options), options.DryRun, repeat);
        // A JSON patch says fields by path, so what came of it is looked at; the others are shaped like the object.
        var said = patch.ContentType == Patches.JsonType ? ApiJson.Write(result.Object) : patch.Body;
        if (request.ConcernsSpec)
        {
            WriteHandler.WarnNotActedOn(request, said);
            WriteHandler.Warn(request.Http, [.. Views.StoredKind(request.Kind).WarningsOf(result.Object)]);
        }
        await writes.AnswerAsync(request, result.IsCreated ? 201 : 200, Views.ToShown(request.Kind, result.Object));
    }

    /// <summary>The patch in the body; an applied configuration that is YAML is turned into JSON.</summary>
    /// <exception cref="ApiException">415: no patch; 422: options that do not go with its type.</exception>
    public async Task<PatchRequest> ReadAsync(ApiRequest request)
    {
        var type = RequestBody.MediaTypeOf(request.Http.Request);
        var types = request.Kind is CustomKind && request.Path.Subresource != "scale" ? CustomPatchTypes : PatchTypes;
        if (!types.Contains(type)) throw Refusals.UnsupportedMedia(types);
        var force = request.Query.Flag("force");
        if (type == Patches.ApplyType)
        {
            if (request.Query.Text("fieldManager").Length == 0)
            {
                throw Refusals.InvalidOptions(
                    OptionsKind, FieldError.Required("fieldManager", "is required for apply patch"));
            }
        }
        else if (force is not null)
        {
            throw Refusals.InvalidOptions(
                OptionsKind, FieldError.Forbidden("force", "may not be specified for non-apply patch"));
        }
        var bytes = await body.ReadBytesAsync(request.Http);
        var json = type == Patches.ApplyType ? Placed(request.Path, YamlText.ToJson(bytes)) : bytes.ToArray();
        return new PatchRequest(type, json, request.Path.Subresource, force ?? false);
    }

    // An apply may create, so what it says must agree with the path, and what it leaves out comes from there.
    private static byte[] Placed(ResourcePath path, ReadOnlyMemory<byte> json)
    {
        if (JsonTrees.Parse(json.Span) is not JsonObject body)
            throw ApiException.BadRequest("an applied configuration is an object");
        if (body["metadata"] is not JsonObject metadata) body["metadata"] = metadata = [];
        Place(metadata, "name", path.Name!, (sent, named) =>
            $"the name of the object ({sent}) does not match the name on the URL ({named})");
        if (path.Namespace is { } ns)
        {
            Place(metadata, "namespace", ns, static (_, _) =>
                "the namespace of the provided object does not match the namespace sent on the request");
        }
        return JsonTrees.ToBytes(body);
    }

    private static void Place(JsonObject metadata, string field, string value, Func<string, string, string> refusal)
    {
        var sent = metadata[field] is JsonValue text && text.TryGetValue<string>(out var found) ? found : "";
        if (sent.Length > 0 && sent != value) throw ApiException.BadRequest(refusal(sent, value));
        metadata[field] = value;
    }
}
