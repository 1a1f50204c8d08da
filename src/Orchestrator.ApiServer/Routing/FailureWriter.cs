using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.ApiServer.Routing;

/// <summary>Turns whatever went wrong into a <c>Status</c>. Refusals are the caller's, all else is logged.</summary>
internal sealed class FailureWriter(ILogger<FailureWriter> log)
{
    private const int ClientClosedRequest = 499;

    /// <summary>Answers with the failure, or breaks off an answer that has begun.</summary>
    public async Task WriteAsync(HttpContext http, Exception failure)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            // Once it has begun, an answer refuses any code, its own too.
            if (!http.Response.HasStarted) http.Response.StatusCode = ClientClosedRequest;
            return;
        }
        if (http.Response.HasStarted)
        {
            log.LogError(failure, "{Method} {Path} broke off after its answer had begun", http.Request.Method,
                http.Request.Path);
            http.Abort();
            return;
        }
        var next = (failure as ExpiredContinueException)?.Next;
        var refusal = RefusalOf(http, failure);
        var warnings = http.Response.Headers["Warning"];
        http.Response.Clear();
        http.Response.Headers["Warning"] = warnings;
        if (refusal.Details is { RetryAfterSeconds: > 0 and var seconds })
            http.Response.Headers.RetryAfter = $"{seconds}";
        // The body may not have been read to its end; the connection would wait for the rest.
        if (refusal.Code is 413 or 408 && http.Request.Protocol == "HTTP/1.1")
            http.Response.Headers.Connection = "close";
        await AnswerBody.WriteAsync(
            http, refusal.Code, AcceptedOf(http.Request), output => StatusJson.WriteFailure(output, refusal, next));
    }

    [SuppressMessage("Maintainability", "CA1508", Justification = "each arm is a failure of its own")]
    private ApiException RefusalOf(HttpContext http, Exception failure)
    {
        switch (failure)
        {
            case ApiException refusal:
                if (refusal.Code >= 500) log.LogWarning("{Method} {Path}: {Message}", http.Request.Method,
                    http.Request.Path, refusal.Message);
                return refusal;
            case ExpiredContinueException:
                return Refusals.ExpiredContinue();
            case StoreUnavailableException e:
                log.LogWarning(e, "{Method} {Path}: the store cannot commit", http.Request.Method, http.Request.Path);
                return ApiException.Unavailable(
                    $"the store cannot commit now: {e.Message}; nothing was written, try again");
            case OrleansException e:
                log.LogWarning(e, "{Method} {Path}: a silo did not answer", http.Request.Method, http.Request.Path);
                return ApiException.Unavailable($"a part of the cluster cannot be reached: {e.Message}; try again");
            case TimeoutException e:
                log.LogWarning(e, "{Method} {Path} took too long", http.Request.Method, http.Request.Path);
                return Refusals.WriteTimedOut(http.Request.Method, http.Request.Path.Value ?? "");
            case RevisionCompactedException e:
                return Refusals.Expired(e.Message);
            case BadHttpRequestException e:
                return e.StatusCode == 413
                    ? new(413, "RequestEntityTooLarge", e.Message)
                    : ApiException.BadRequest(e.Message);
            default:
                log.LogError(failure, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
                return Refusals.Internal(failure.Message);
        }
    }

    // What the client takes may be the very thing that is wrong.
    private static Accepted AcceptedOf(HttpRequest request)
    {
        try
        {
            return Accepted.Read(request, shapes: false);
        }
        catch (ApiException)
        {
            return Accepted.PlainJson;
        }
    }
}
