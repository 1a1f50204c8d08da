using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Reasons;

/// <summary>
/// <c>GET /reasons?of=UID-or-key</c>: why decisions about an object were taken, oldest first, also after its deletion.
/// A path of our own beside the Kubernetes API; <c>orc why</c> reads it.
/// </summary>
internal sealed class ReasonEndpoint(IObjectStore store)
{
    private const int ShownMax = 1000;

    public async Task AnswerAsync(HttpContext http)
    {
        var of = http.Request.Query["of"].ToString();
        if (of.Length == 0) throw ApiException.BadRequest(
            "of is missing: name an object by UID, or by key such as /pods/default/web-1");
        var reasons = await store.ReadReasonsAsync(of, ShownMax, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.Body, reasons, JsonSerializerOptions.Web,
            http.RequestAborted);
    }
}
