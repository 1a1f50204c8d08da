using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Lists;

/// <summary>
/// Lets a read wait until this process has seen what it asks for: nothing for version 0, that revision for a number,
/// and without a version everything that was committed before the read by whichever process.
/// </summary>
internal sealed class Freshness(
    IWatchCache cache, IObjectStore store, IOptions<ApiServerOptions> options, TimeProvider clock)
{
    private const string Stale =
        "the store does not answer: this is what was known before, and newer changes may be missing";

    private long _silentSince;

    /// <summary>How long the store has been silent; zero when it answers.</summary>
    public TimeSpan Silence =>
        Interlocked.Read(ref _silentSince) is var since && since == 0 ? TimeSpan.Zero : clock.GetElapsedTime(since);

    /// <summary>Returns when the cache is as fresh as a read asks for.</summary>
    /// <exception cref="ApiException">504: the revision that was named did not come in time.</exception>
    public ValueTask ForAsync(ApiRequest request, string version) =>
        version.Length == 0
            ? NewestAsync(request.Http)
            : WaitForAsync(VersionQuery.Number(version), request.Aborted);

    /// <summary>
    /// Returns when the cache has all that was committed before. With a store that is silent the read goes on from what
    /// is known, and says so: for a look around that is worth more than a refusal.
    /// </summary>
    public ValueTask NewestAsync(HttpContext http)
    {
        var asked = store.CatchUpAsync(http.RequestAborted);
        if (!asked.IsCompletedSuccessfully) return AskedAsync(asked.AsTask(), http);
        Interlocked.Exchange(ref _silentSince, 0);
        return ValueTask.CompletedTask;
    }

    /// <summary>Asks the store whether it answers.</summary>
    public async ValueTask<bool> ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            var asked = store.CatchUpAsync(cancellation).AsTask();
            await asked.WaitAsync(options.Value.CatchUpTimeout, clock, cancellation);
            Interlocked.Exchange(ref _silentSince, 0);
            return true;
        }
        catch (Exception silent) when (silent is StoreUnavailableException or TimeoutException)
        {
            NoteSilence();
            return false;
        }
    }

    /// <summary>Returns when the cache has the revision.</summary>
    /// <exception cref="ApiException">504: it did not get there in time.</exception>
    public async ValueTask WaitForAsync(long revision, CancellationToken cancellation)
    {
        if (revision <= cache.Revision) return;
        using var limit = new CancellationTokenSource(options.Value.FreshnessTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await cache.WaitForAsync(revision, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Refusals.TooLargeVersion(revision, cache.Revision);
        }
    }

    // Who comes while the store is known to be silent need not find out by waiting.
    private async ValueTask AskedAsync(Task asked, HttpContext http)
    {
        var silence = Silence;
        var limit = silence > TimeSpan.Zero && silence < options.Value.SilenceMemory
            ? TimeSpan.Zero : options.Value.CatchUpTimeout;
        try
        {
            await asked.WaitAsync(limit, clock, http.RequestAborted);
            Interlocked.Exchange(ref _silentSince, 0);
        }
        catch (Exception silent) when (silent is StoreUnavailableException or TimeoutException)
        {
            NoteSilence();
            WriteHandler.Warn(http, [Stale]);
            // The answer may be on its way: it ends the silence, though this read has not waited for it.
            _ = asked.ContinueWith(
                _ => Interlocked.Exchange(ref _silentSince, 0), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }

    private void NoteSilence() => Interlocked.CompareExchange(ref _silentSince, clock.GetTimestamp(), 0);
}
