using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Answers reads of one object.</summary>
internal sealed class GetHandler(
    IWatchCache cache, Freshness freshness, IOptions<ApiServerOptions> options, TimeProvider clock)
{
    public async Task AnswerAsync(ApiRequest request)
    {
        var stored = await FindAsync(request);
        var accepted = request.Accepted;
        var rows = TableJson.RowObjectOf(request.Query.Text("includeObject"));
        await using var body = AnswerBody.Open(
            request.Http, 200, accepted, ObjectJson.SizeOf(stored), options.Value.CompressBytesMin);
        switch (accepted.Shape)
        {
            case ObjectShape.Table:
                var table = new TableJson(request.Kind, accepted.ShapeVersion, rows, clock);
                table.WriteHead(body.Output, stored.Revision, null, null);
                table.WriteRow(body.Output, stored);
                TableJson.WriteTail(body.Output);
                break;
            case ObjectShape.Metadata:
                ObjectJson.WritePartial(body.Output, stored, accepted.ShapeVersion);
                break;
            default:
                ObjectJson.Write(body.Output, request.Kind, stored);
                break;
        }
        await body.CompleteAsync();
    }

    /// <summary>The object the request names, as fresh as it asks.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public async ValueTask<StoredObject> FindAsync(ApiRequest request)
    {
        await freshness.ForAsync(request, request.Query.Text("resourceVersion"));
        var kind = Views.StoredKind(request.Kind);
        var stored = cache.Find(kind.KeyOf(request.Path.Namespace ?? "", request.Path.Name!));
        return stored is null
            ? throw ApiException.NotFound(request.Kind, request.Path.Name!)
            : Views.Shown(request.Kind, stored);
    }
}
