using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Objects;

/// <summary>Deletes objects, one or a selection of them.</summary>
internal sealed class DeleteHandler(DeleteQuery query, WriteHandler writes, IWatchCache cache, Freshness freshness,
    TimeProvider clock)
{
    private const int DeletesAtOnceMax = 16;

    // Clients of these kinds read the last state from the answer; of all others they expect a Status.
    private static readonly HashSet<(string, string)> AnswersWithObject =
    [
        ("", "pods"), ("", "services"), ("", "persistentvolumes"), ("", "persistentvolumeclaims"), ("", "namespaces"),
        ("", "serviceaccounts"), ("", "resourcequotas"), ("", "podtemplates"),
    ];

    public async Task AnswerAsync(ApiRequest request)
    {
        var delete = await query.ReadAsync(request);
        WarnOfOrphans(request, delete);
        var key = Views.StoredKind(request.Kind).KeyOf(request.Path.Namespace ?? "", request.Path.Name!);
        var result = await writes.DoAsync(request, key, grain => grain.Delete(delete), delete.DryRun, Repeat.Safe);
        var isObject = !result.IsRemoved || AnswersWithObject.Contains((request.Kind.Group, request.Kind.Plural));
        if (isObject)
        {
            await writes.AnswerAsync(request, 200, Views.ToShown(request.Kind, result.Object));
            return;
        }
        var details = StatusDetails.Of(request.Kind, request.Path.Name!) with { Uid = result.Object.Metadata.Uid };
        await AnswerBody.WriteAsync(
            request.Http, 200, request.Accepted, output => StatusJson.WriteSuccess(output, 200, details));
    }

    /// <summary>Deletes all that is selected, and answers with what was.</summary>
    public async Task AnswerCollectionAsync(ApiRequest request)
    {
        var delete = await query.ReadAsync(request);
        var selection = Selection.Read(request);
        WarnOfOrphans(request, delete);
        var kind = Views.StoredKind(request.Kind);
        await freshness.NewestAsync(request.Http);
        var list = cache.List(kind, request.Path.Namespace);
        var chosen = list.Items.Where(item => selection.Matches(Views.Shown(request.Kind, item).Object));
        if (request.Query.Number("limit") is { } limit and > 0)
            chosen = chosen.Take((int)Math.Min(limit, int.MaxValue));
        var deleted = new List<StoredObject>();
        // In chunks: a slow grain holds up fifteen others at most, and a large collection does not start all at once.
        foreach (var chunk in chosen.Chunk(DeletesAtOnceMax))
        {
            var results = await Task.WhenAll(chunk.Select(item => DeleteAsync(request, item.Key, delete)));
            deleted.AddRange(results.OfType<ApiObject>().Select(obj => Views.AsStored(request.Kind, obj)));
        }
        await ListWriter.WriteAsync(request, new(deleted, cache.Revision, null, null), int.MaxValue, clock);
    }

    private async Task<ApiObject?> DeleteAsync(ApiRequest request, ObjectKey key, DeleteRequest delete)
    {
        try
        {
            var result = await writes.DoAsync(request, key, grain => grain.Delete(delete), delete.DryRun, Repeat.Safe);
            return Views.ToShown(request.Kind, result.Object);
        }
        catch (ApiException e) when (e.Reason == "NotFound")
        {
            // Someone else was faster; what was asked for has come true.
            return null;
        }
    }

    private static void WarnOfOrphans(ApiRequest request, DeleteRequest delete)
    {
        if (delete.PropagationPolicy is not null || request.Kind is not { Group: "batch", Plural: "jobs" }) return;
        WriteHandler.Warn(request.Http,
        [
            "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them "
            + "or set propagationPolicy=Orphan to suppress this warning",
        ]);
    }
}
