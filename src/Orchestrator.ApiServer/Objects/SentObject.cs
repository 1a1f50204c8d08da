using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Reads the object of a request and makes it agree with the path.</summary>
internal sealed class SentObject(RequestBody body)
{
    /// <summary>The object in the body, its namespace filled in.</summary>
    /// <exception cref="ApiException">400: unreadable, or it says another name or namespace than the path.</exception>
    public async Task<ApiObject> ReadAsync(ApiRequest request, string optionsKind)
    {
        var json = await body.ReadJsonAsync(request.Http);
        var decoded = ObjectDecoder.Decode(request.Kind, json.Span, request.Validation(optionsKind));
        WriteHandler.Warn(request.Http, decoded.Warnings);
        if (request.ConcernsSpec)
        {
            WriteHandler.WarnNotActedOn(request, json);
            WriteHandler.Warn(request.Http, [.. request.Kind.WarningsOf(decoded.Object)]);
        }
        return Placed(request, decoded.Object);
    }

    private static ApiObject Placed(ApiRequest request, ApiObject obj)
    {
        var (name, ns) = (obj.Metadata.Name ?? "", obj.Metadata.Namespace ?? "");
        var urlNamespace = request.Path.Namespace ?? "";
        if (ns.Length > 0 && ns != urlNamespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request");
        }
        if (request.Path.Name is { } urlName)
        {
            if (name.Length == 0) throw ApiException.BadRequest("name must be provided");
            if (name != urlName)
            {
                throw ApiException.BadRequest(
                    $"the name of the object ({name}) does not match the name on the URL ({urlName})");
            }
        }
        return obj with { Metadata = obj.Metadata with { Namespace = urlNamespace.Length == 0 ? null : urlNamespace } };
    }
}
