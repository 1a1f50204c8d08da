using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Lists;

/// <summary>Answers lists: selected, paged, at one revision.</summary>
internal sealed class ListHandler(
    IWatchCache cache, ListSnapshots snapshots, Freshness freshness, IOptions<ApiServerOptions> options,
    TimeProvider clock)
{
    public async Task AnswerAsync(ApiRequest request)
    {
        var page = await ReadPageAsync(request);
        await ListWriter.WriteAsync(request, page, options.Value.CompressBytesMin, clock);
    }

    private async ValueTask<ListPage> ReadPageAsync(ApiRequest request)
    {
        var selection = Selection.Read(request);
        var version = VersionQuery.ReadForList(request.Query);
        var limit = request.Query.Number("limit") ?? 0;
        // The reference serves resourceVersion=0 from memory and whole; informers rely on getting it in one piece.
        if (version.IsAny && !version.IsExact) limit = 0;
        var token = request.Query.Text("continue") is { Length: > 0 } text ? ContinueToken.Parse(text) : null;
        await freshness.ForAsync(request, version.Text);
        var list = Find(request, version, token);
        var page = Cut(request.Kind, list, token, selection, limit);
        if (page.Next is not null) snapshots.Keep(Views.StoredKind(request.Kind), request.Path.Namespace, list);
        return page;
    }

    private ObjectList Find(ApiRequest request, VersionQuery version, ContinueToken? token)
    {
        var (kind, ns) = (Views.StoredKind(request.Kind), request.Path.Namespace);
        var newest = cache.List(kind, ns);
        var asked = token is { IsInconsistent: false }
            ? token.Revision
            : version.IsExact ? version.Revision : newest.Revision;
        if (asked == newest.Revision) return newest;
        if (snapshots.Find(kind, ns, asked) is { } kept) return kept;
        throw token is null
            ? Refusals.Expired("The resourceVersion for the provided list is too old.")
            : new ExpiredContinueException(token.Inconsistent.ToString());
    }

    private static ListPage Cut(Kind kind, ObjectList list, ContinueToken? token, Selection selection, long limit)
    {
        var start = token is null ? 0 : IndexAfter(list.Items, token);
        if (selection.IsAll && start == 0 && (limit <= 0 || list.Items.Count <= limit) && Views.IsPlain(kind))
        {
            return new(list.Items, list.Revision, null, null);
        }
        var items = new List<StoredObject>();
        for (var i = start; i < list.Items.Count; i++)
        {
            var shown = Views.Shown(kind, list.Items[i]);
            if (!selection.Matches(shown.Object)) continue;
            if (limit > 0 && items.Count == limit)
            {
                var last = items[^1].Key;
                var next = new ContinueToken(list.Revision, last.Namespace, last.Name);
                return new(items, list.Revision, next.ToString(), selection.IsAll ? list.Items.Count - i : null);
            }
            items.Add(shown);
        }
        return new(items, list.Revision, null, null);
    }

    private static int IndexAfter(IReadOnlyList<StoredObject> items, ContinueToken token)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (IsAfter(items[middle].Key, token)) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private static bool IsAfter(ObjectKey key, ContinueToken token)
    {
        var order = string.CompareOrdinal(key.Namespace, token.Namespace);
        return order > 0 || (order == 0 && string.CompareOrdinal(key.Name, token.Name) > 0);
    }
}

/// <summary>A list is continued that is kept no longer. The answer offers to go on regardless.</summary>
internal sealed class ExpiredContinueException(string next) : Exception("the continue token is too old")
{
    /// <summary>The token that goes on at the newest state.</summary>
    public string Next { get; } = next;
}
