using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Passes patches on to the grain, which applies them to the newest state.</summary>
internal sealed class PatchHandler(RequestBody body, WriteHandler writes)
{
    private const string OptionsKind = "PatchOptions";
    private const string ApplyType = "application/apply-patch+yaml";

    private static readonly string[] PatchTypes =
    [
        "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", ApplyType,
    ];

    public async Task AnswerAsync(ApiRequest request)
    {
        var patch = Views.ToStored(request.Kind, await ReadAsync(request));
        var options = request.WriteOptions(OptionsKind);
        var key = Views.StoredKind(request.Kind).KeyOf(request.Path.Namespace ?? "", request.Path.Name!);
        var result = await writes.DoAsync(request, key, grain => grain.Patch(patch, options), options.DryRun);
        await writes.AnswerAsync(request, result.IsCreated ? 201 : 200, Views.ToShown(request.Kind, result.Object));
    }

    /// <summary>The patch in the body; an applied configuration that is YAML is turned into JSON.</summary>
    /// <exception cref="ApiException">415: no patch; 422: options that do not go with its type.</exception>
    public async Task<PatchRequest> ReadAsync(ApiRequest request)
    {
        var type = RequestBody.MediaTypeOf(request.Http.Request);
        if (!PatchTypes.Contains(type)) throw Refusals.UnsupportedMedia(PatchTypes);
        var force = request.Query.Flag("force");
        if (type == ApplyType)
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
        var json = type == ApplyType ? YamlText.ToJson(bytes) : bytes;
        return new PatchRequest(type, json.ToArray(), request.Path.Subresource, force ?? false);
    }
}
