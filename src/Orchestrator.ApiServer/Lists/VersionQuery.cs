using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Lists;

/// <summary>How fresh, or exactly how old, a read is to be.</summary>
/// <param name="Text">The resourceVersion as it was sent: "", "0" or a number.</param>
/// <param name="Revision">The same as a number; 0 when none was sent.</param>
/// <param name="IsExact">This revision and no other.</param>
internal sealed record VersionQuery(string Text, long Revision, bool IsExact)
{
    /// <summary>Whatever is newest here will do.</summary>
    public bool IsAny => Text == "0";

    /// <summary>Reads and checks the query of a list.</summary>
    public static VersionQuery ReadForList(IQueryCollection query)
    {
        var text = query.Text("resourceVersion");
        var match = query.Text("resourceVersionMatch");
        var hasContinue = query.Text("continue").Length > 0;
        if (hasContinue && text is not ("" or "0"))
        {
            throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
        }
        if (match.Length > 0) CheckMatch(match, text, hasContinue);
        return new(text, Number(text), match == "Exact");
    }

    /// <summary>A resourceVersion as a number.</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public static long Number(string text)
    {
        if (text.Length == 0) return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw ApiException.BadRequest(
                $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private static void CheckMatch(string match, string text, bool hasContinue)
    {
        const string Field = "resourceVersionMatch";
        var wrong = (match, text) switch
        {
            _ when hasContinue =>
                FieldError.Forbidden(Field, "resourceVersionMatch is forbidden when continue is provided"),
            (_, "") =>
                FieldError.Forbidden(Field, "resourceVersionMatch is forbidden unless resourceVersion is provided"),
            (not ("Exact" or "NotOlderThan"), _) => FieldError.NotSupported(Field, match, "Exact", "NotOlderThan", ""),
            ("Exact", "0") => FieldError.Forbidden(
                Field, "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""),
            _ => null,
        };
        if (wrong is not null) throw Refusals.InvalidOptions("ListOptions", wrong);
    }
}

/// <summary>Lets a read wait until the cache has what it asks for, so that clients read what they wrote.</summary>
internal sealed class Freshness(
    IWatchCache cache, IObjectStore store, IOptions<ApiServerOptions> options, TimeProvider clock)
{
    /// <summary>
    /// Returns when the cache is as new as a resourceVersion asks for: "" is everything that was committed before the
    /// call, by whichever process; "0" is whatever is here; a number is that revision.
    /// </summary>
    /// <exception cref="ApiException">503 or 504: it did not get there in time.</exception>
    public ValueTask WaitForAsync(string version, CancellationToken cancellation) =>
        version.Length == 0 ? CatchUpAsync(cancellation) : WaitForAsync(VersionQuery.Number(version), cancellation);

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

    private async ValueTask CatchUpAsync(CancellationToken cancellation)
    {
        var asked = store.CatchUpAsync(cancellation);
        if (asked.IsCompletedSuccessfully) return;
        try
        {
            await asked.AsTask().WaitAsync(options.Value.FreshnessTimeout, clock, cancellation);
        }
        catch (Exception silent) when (silent is StoreUnavailableException or TimeoutException)
        {
            // Others may have written what is not here yet, and nobody can be asked.
            throw ApiException.Unavailable(
                $"the newest state cannot be read while the store does not answer ({silent.Message}); try again, or "
                + "read what this server knows with resourceVersion=0");
        }
    }
}
