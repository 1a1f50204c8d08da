using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Pods;

/// <summary>The actions on pods that are posted as objects of their own: binding and eviction.</summary>
internal sealed class PodActions(GetHandler reads, RequestBody body, WriteHandler writes, IGrainFactory grains)
{
    /// <summary>
    /// Binds a pod to a node. The pod is named by the path, or by the body of a plain <c>/bindings</c>.
    /// </summary>
    public async Task BindAsync(ApiRequest request)
    {
        var json = await ReadAsync(request, "Binding", "v1");
        var metadata = Find(json, "metadata");
        var name = request.Path.Name ?? Text(metadata, "name");
        if (string.IsNullOrEmpty(name)) throw ApiException.BadRequest("name must be provided: a binding names its pod");
        var target = Find(json, "target");
        var (kind, node) = (Text(target, "kind"), Text(target, "name"));
        if (kind is not (null or "" or "Node"))
        {
            throw Refusals.Invalid("Binding", "", name,
                FieldError.NotSupported("target.kind", kind, "Node", "<empty>"));
        }
        if (string.IsNullOrEmpty(node)) throw Refusals.Invalid("Binding", "", name, FieldError.Required("target.name"));
        var path = request.Path with { Kind = Pod.Kind, Name = name };
        var pod = await reads.FindAsync(new ApiRequest(request.Http, path, request.User));
        var uid = Text(metadata, "uid") is { Length: > 0 } sent ? sent : pod.Object.Metadata.Uid ?? "";
        if (!request.Query.DryRun("CreateOptions"))
        {
            var grain = grains.GetGrain<IPodGrain>(path.Key.ToString());
            await writes.DoAsync(
                request, path.Key, _ => grain.Bind(uid, node, $"bound by {request.User.Name}"), false, Repeat.Safe);
        }
        await AnswerAsync(request);
    }

    /// <summary>Evicts a pod: deletes it, as the options in the eviction say.</summary>
    public async Task EvictAsync(ApiRequest request)
    {
        var json = await ReadAsync(request, "Eviction", "policy/v1", "policy/v1beta1");
        if (Text(Find(json, "metadata"), "name") is { Length: > 0 } name && name != request.Path.Name)
        {
            throw ApiException.BadRequest("name in URL does not match name in Eviction object: "
                + $"\"{request.Path.Name}\" in the URL, \"{name}\" in the body");
        }
        var dryRun = request.Query.DryRun("CreateOptions");
        var delete = Find(json, "deleteOptions") is { } options
            ? DeleteQuery.FromJson(options, dryRun) : new DeleteRequest { DryRun = dryRun };
        var pod = grains.GetGrain<IPodGrain>(request.Path.Key.ToString());
        await writes.DoAsync(request, request.Path.Key, _ => pod.EvictAsAsked(delete), delete.DryRun, Repeat.Safe);
        await AnswerAsync(request);
    }

    private async Task<JsonElement> ReadAsync(ApiRequest request, string kind, params string[] versions)
    {
        var json = await body.ReadJsonAsync(request.Http);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement.Clone();
            if (Text(root, "kind") is { Length: > 0 } sentKind && sentKind != kind)
            {
                throw ApiException.BadRequest($"{sentKind} cannot be handled as a {kind}");
            }
            if (Text(root, "apiVersion") is { Length: > 0 } sentVersion && !versions.Contains(sentVersion))
            {
                throw ApiException.BadRequest(
                    $"the API version in the data ({sentVersion}) does not match the expected "
                    + $"API version ({versions[0]})");
            }
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"the {kind} in the body cannot be read: {e.Message}");
        }
    }

    private static Task AnswerAsync(ApiRequest request) =>
        AnswerBody.WriteAsync(request.Http, 201, request.Accepted,
            static output => StatusJson.WriteSuccess(output, 201, null));

    private static JsonElement? Find(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } obj && obj.TryGetProperty(name, out var value)
        && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement? parent, string name) => Find(parent, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw ApiException.BadRequest($"{name} in the body is a text, and {other.ValueKind} was sent"),
    };
}
