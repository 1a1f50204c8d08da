using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Watches;

/// <summary>
/// Streams changes to one client: each exactly once, in order, until the client goes, the time is up or the server
/// stops. The end is always a clean end of the body, so that clients go on from the last version they saw.
/// </summary>
internal sealed class WatchHandler(
    IWatchCache cache, Freshness freshness, IOptions<ApiServerOptions> options, TimeProvider clock,
    IHostApplicationLifetime lifetime, ILogger<WatchHandler> log)
{
    private const int FlushBytes = 64 * 1024;

    private static readonly TimeSpan BookmarkRetry = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BookmarkBeforeEnd = TimeSpan.FromSeconds(2);

    public async Task AnswerAsync(ApiRequest request)
    {
        var query = WatchQuery.Read(request);
        if (request.Accepted.Format != MediaFormat.Json) throw Refusals.NotAcceptable(" (watches are JSON only)");
        var writer = new WatchWriter(request, request.Http.Response.BodyWriter, clock);
        // A watch from a revision this process has not seen yet begins with what comes after it; only one that begins
        // with the state of things has to wait for it.
        if (query.After is null) await freshness.ForAsync(request, request.Query.Text("resourceVersion"));
        var timeout = query.Timeout ?? DefaultTimeout();
        using var timer = new CancellationTokenSource(timeout, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            timer.Token, request.Aborted, lifetime.ApplicationStopping);
        await SendHeadAsync(request);
        var stream = new Stream(request, query, writer, clock.GetUtcNow() + timeout);
        try
        {
            await RunAsync(stream, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The end of a watch is no failure; what is written goes out with the end of the body.
            return;
        }
        catch (RevisionCompactedException e)
        {
            writer.WriteError(Refusals.Expired(e.Message));
        }
        catch (TimeoutException)
        {
            log.LogInformation("The watch of {Kind} by {User} is cut off: its client has read nothing for {Time}",
                request.Kind.Resource, request.User.Name, options.Value.WatchStallMax);
            request.Http.Abort();
        }
    }

    // Who does not read holds up nobody else, but a connection and what is on its way in it.
    private async ValueTask FlushAsync(Stream stream, CancellationToken ends)
    {
        var flush = stream.Pipe.FlushAsync(ends);
        if (!flush.IsCompleted) await flush.AsTask().WaitAsync(options.Value.WatchStallMax, clock, ends);
        else await flush;
    }

    private static async Task SendHeadAsync(ApiRequest request)
    {
        var response = request.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = request.Accepted.StreamContentType;
        response.Headers.CacheControl = "no-cache, private";
        await response.BodyWriter.FlushAsync(request.Aborted);
    }

    private async Task RunAsync(Stream stream, CancellationToken ends)
    {
        var (kind, ns) = (stream.Request.Kind, stream.Request.Path.Namespace);
        var after = stream.Query.After ?? await SendStateAsync(stream, ends);
        if (stream.Query is { InitialEvents: true, Bookmarks: true })
            stream.Writer.WriteBookmark(after, endsInitialEvents: true);
        var changes = cache.WatchAsync(Views.StoredKind(kind), ns, after, stream.Place, ends);
        await using var reader = changes.GetAsyncEnumerator(ends);
        if (stream.Query.Bookmarks) stream.Tick = NextTick(stream, ends);
        while (true)
        {
            var next = reader.MoveNextAsync();
            if (!next.IsCompleted) await FlushAsync(stream, ends);
            var isThere = stream.Query.Bookmarks && !next.IsCompleted
                ? await WaitWithBookmarksAsync(next.AsTask(), stream, ends) : await next;
            if (!isThere) return;
            if (Transitions.Of(kind, stream.Query.Selection, reader.Current) is not var (type, obj)) continue;
            stream.Writer.Write(type, obj);
            if (stream.Pipe.UnflushedBytes >= FlushBytes) await FlushAsync(stream, ends);
        }
    }

    private async ValueTask<long> SendStateAsync(Stream stream, CancellationToken ends)
    {
        var kind = stream.Request.Kind;
        var list = cache.List(Views.StoredKind(kind), stream.Request.Path.Namespace);
        foreach (var stored in list.Items)
        {
            var shown = Views.Shown(kind, stored);
            if (!stream.Query.Selection.Matches(shown.Object)) continue;
            stream.Writer.Write(ChangeType.Added, shown);
            if (stream.Pipe.UnflushedBytes >= FlushBytes) await FlushAsync(stream, ends);
        }
        return list.Revision;
    }

    private async Task<bool> WaitWithBookmarksAsync(Task<bool> next, Stream stream, CancellationToken ends)
    {
        while (!next.IsCompleted && await Task.WhenAny(next, stream.Tick) == stream.Tick)
        {
            await stream.Tick;
            // What is on its way goes first.
            if (cache.FindToldAll(Views.StoredKind(stream.Request.Kind), stream.Place) is not { } revision)
            {
                stream.Tick = Task.Delay(BookmarkRetry, clock, ends);
                continue;
            }
            stream.Writer.WriteBookmark(revision, endsInitialEvents: false);
            await FlushAsync(stream, ends);
            stream.Tick = NextTick(stream, ends);
        }
        return await next;
    }

    private Task NextTick(Stream stream, CancellationToken ends)
    {
        var period = options.Value.BookmarkPeriod;
        var last = stream.EndsAt - BookmarkBeforeEnd - clock.GetUtcNow();
        return Task.Delay(last > TimeSpan.Zero && last < period ? last : period, clock, ends);
    }

    // Spread, so that watches opened together do not all come back together.
    private TimeSpan DefaultTimeout()
    {
        var minimum = options.Value.WatchTimeoutMin;
        return minimum + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)minimum.TotalMilliseconds + 1));
    }

    private sealed record Stream(ApiRequest Request, WatchQuery Query, WatchWriter Writer, DateTimeOffset EndsAt)
    {
        public PipeWriter Pipe => Request.Http.Response.BodyWriter;

        public WatchPlace Place { get; } = new();

        public Task Tick { get; set; } = Task.CompletedTask;
    }
}
