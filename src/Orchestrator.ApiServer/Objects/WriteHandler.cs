using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Objects;

/// <summary>What all writes share: a time limit, warnings, and an answer that the next read agrees with.</summary>
internal sealed class WriteHandler(
    IGrainFactory grains, WriteAttempts attempts, IWatchCache cache, IOptions<ApiServerOptions> options,
    TimeProvider clock)
{
    /// <summary>Lets the grain of a key do something, within the time a write may take.</summary>
    /// <exception cref="ApiException">What the grain refuses; 504 when it does not answer in time.</exception>
    public async Task<WriteResult> DoAsync(
        ApiRequest request, ObjectKey key, Func<IObjectGrain, Task<WriteResult>> write, bool dryRun, Repeat repeat)
    {
        WriteResult result;
        try
        {
            result = await attempts.RunAsync(
                () => write(grains.Object(key)), LimitOf(request), repeat, request.Aborted);
        }
        catch (TimeoutException)
        {
            throw Refusals.WriteTimedOut(request.Http.Request.Method, request.Kind.Resource);
        }
        Warn(request.Http, result.Warnings);
        if (!dryRun) await AwaitCacheAsync(result, request.Aborted);
        return result;
    }

    /// <summary>Warns of the kind, and of every field of a body, that is stored but not acted on.</summary>
    public static void WarnNotActedOn(ApiRequest request, ReadOnlyMemory<byte> json)
    {
        if (!NotActedOnWarnings.Concern(request.Kind)) return;
        using var body = JsonDocument.Parse(json);
        Warn(request.Http, [.. NotActedOnWarnings.Of(request.Kind, body.RootElement)]);
    }

    /// <summary>Answers with an object that was written, in the shape that is asked for.</summary>
    public Task AnswerAsync(ApiRequest request, int code, ApiObject obj)
    {
        var accepted = request.Accepted;
        var rows = TableJson.RowObjectOf(request.Query.Text("includeObject"));
        var stored = VersionOf(request.Kind, obj);
        return AnswerBody.WriteAsync(request.Http, code, accepted, ObjectJson.SizeOf(stored), output =>
        {
            switch (accepted.Shape)
            {
                case ObjectShape.Whole:
                    ObjectJson.Write(output, request.Kind, stored);
                    break;
                case ObjectShape.Metadata:
                    ObjectJson.WritePartial(output, stored, accepted.ShapeVersion);
                    break;
                default:
                    var table = new TableJson(request.Kind, accepted.ShapeVersion, rows, clock);
                    table.WriteHead(output, stored.Revision, null, null);
                    table.WriteRow(output, stored);
                    TableJson.WriteTail(output);
                    break;
            }
        });
    }

    /// <summary>Adds sentences to the answer that the user gets to see.</summary>
    public static void Warn(HttpContext http, IReadOnlyList<string>? warnings)
    {
        foreach (var warning in warnings ?? []) WarningHeader.Add(http.Response.Headers, warning);
    }

    // What was just committed has its JSON already.
    private StoredObject VersionOf(Kind kind, ApiObject obj)
    {
        var stored = Views.IsPlain(kind)
            ? cache.Find(kind.KeyOf(obj.Metadata.Namespace ?? "", obj.Metadata.Name ?? ""))
            : null;
        return stored is not null && ReferenceEquals(stored.Object, obj) ? stored : Views.AsStored(kind, obj);
    }

    private TimeSpan LimitOf(ApiRequest request)
    {
        var asked = request.Query.Duration("timeout");
        return asked is null || asked > options.Value.WriteTimeout ? options.Value.WriteTimeout : asked.Value;
    }

    // The grain may have written through another silo. A client that reads here right after this answer is to see its
    // write; but the write is done, and an answer that comes late or not at all would say that it is not.
    private async ValueTask AwaitCacheAsync(WriteResult result, CancellationToken cancellation)
    {
        if (!long.TryParse(result.Object.Metadata.ResourceVersion, out var revision) || revision <= cache.Revision)
            return;
        await Task.WhenAny(
            cache.WaitForAsync(revision, cancellation),
            Task.Delay(options.Value.CatchUpTimeout, clock, cancellation));
    }
}
