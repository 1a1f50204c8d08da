using System.Globalization;
using Microsoft.Extensions.Hosting;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Pods;

/// <summary>Copies the output of a container from its engine to the client.</summary>
internal sealed class LogHandler(
    GetHandler reads, TimeProvider clock, IHostApplicationLifetime lifetime, NodeRuntimes runtimes)
{
    public async Task AnswerAsync(ApiRequest request)
    {
        var pod = (Pod)(await reads.FindAsync(request)).Object;
        var query = ReadQuery(request);
        var limit = request.Query.Number("limitBytes");
        var container = ContainerChoice.NameOf(pod, request.Query.Text("container"));
        if (string.IsNullOrEmpty(pod.Spec.NodeName))
        {
            throw ApiException.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned");
        }
        var id = ContainerChoice.IdOf(pod, container, request.Query.Flag("previous") ?? false);
        var runtime = runtimes.Of(pod.Spec.NodeName);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
        request.Http.Response.ContentType = "text/plain";
        await CopyAsync(request, runtime, id, query, limit, ends.Token);
    }

    private static async Task CopyAsync(
        ApiRequest request, IContainerRuntime runtime, string id, LogQuery query, long? limit, CancellationToken ends)
    {
        var response = request.Http.Response;
        try
        {
            if (query.Follow) await response.Body.FlushAsync(ends);
            var output = limit is { } bytes ? new BoundedStream(response.Body, bytes) : response.Body;
            await runtime.CopyLogsAsync(id, query, output, ends);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client has seen enough, or the server stops: either ends the copy, and neither is a failure.
            return;
        }
        catch (BoundedStream.FullException)
        {
            return;
        }
        catch (RuntimeRefusedException e) when (!response.HasStarted)
        {
            throw new ApiException(e.Code == 404 ? 404 : 500, e.Code == 404 ? "NotFound" : "InternalError",
                $"unable to retrieve container logs for docker://{id}: {e.Message}");
        }
        catch (RuntimeUnavailableException e) when (!response.HasStarted)
        {
            throw ApiException.Unavailable($"the container engine of the node does not answer: {e.Message}; try again");
        }
    }

    private LogQuery ReadQuery(ApiRequest request)
    {
        var query = request.Query;
        var (tail, seconds, limit) =
            (query.Number("tailLines"), query.Number("sinceSeconds"), query.Number("limitBytes"));
        var sinceTime = query.Text("sinceTime");
        var wrong = new List<FieldError>();
        if (tail < 0) wrong.Add(FieldError.Invalid("tailLines", tail, "must be greater than or equal to 0"));
        if (limit < 1) wrong.Add(FieldError.Invalid("limitBytes", limit, "must be greater than 0"));
        if (seconds is not null && sinceTime.Length > 0)
        {
            wrong.Add(FieldError.Forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        }
        else if (seconds < 1) wrong.Add(FieldError.Invalid("sinceSeconds", seconds, "must be greater than 0"));
        if (wrong.Count > 0) throw Refusals.Invalid("PodLogOptions", "", request.Path.Name!, wrong);
        return new LogQuery(
            query.Flag("follow") ?? false, tail, SinceOf(seconds, sinceTime), query.Flag("timestamps") ?? false);
    }

    private DateTimeOffset? SinceOf(long? seconds, string sinceTime)
    {
        if (seconds is { } ago) return clock.GetUtcNow() - TimeSpan.FromSeconds(Math.Min(ago, int.MaxValue));
        if (sinceTime.Length == 0) return null;
        return DateTimeOffset.TryParse(sinceTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var time)
            ? time
            : throw ApiException.BadRequest(
                $"sinceTime \"{sinceTime}\" is no RFC 3339 time such as 2026-01-02T03:04:05Z");
    }
}
