using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Metrics.V1Beta1;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Metrics;

/// <summary>
/// Answers the metrics API (<c>kubectl top</c>). A node is measured by the pods on it: what else its machine does is
/// not this cluster's.
/// </summary>
internal sealed class MetricsHandler(
    UsageReader usages, IWatchCache cache, Freshness freshness, WriteHandler writes,
    IOptions<ApiServerOptions> options, TimeProvider clock) : IVirtualKind
{
    public IReadOnlyList<Kind> Kinds { get; } = [NodeMetrics.Kind, PodMetrics.Kind];

    public async Task AnswerAsync(ApiRequest request)
    {
        if (request.Http.Request.Method != "GET" || request.Path.Subresource.Length > 0
            || request.Path.IsWatch || request.Query.Flag("watch") == true)
        {
            throw Refusals.MethodNotAllowed();
        }
        await freshness.ForAsync(request, request.Query.Text("resourceVersion"));
        var silent = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var found = request.Kind == NodeMetrics.Kind
            ? await NodesAsync(request, silent) : await PodsAsync(request, silent);
        if (request.Path.Name is { } name)
        {
            if (found is not [var one]) throw NotMeasured(request.Kind, name, silent);
            await writes.AnswerAsync(request, 200, one);
            return;
        }
        WriteHandler.Warn(request.Http,
            [.. silent.Select(node => $"node {node.Key} was not measured: {node.Value}")]);
        var page = new ListPage(
            [.. found.Select(item => Views.AsStored(request.Kind, item))], cache.Revision, null, null);
        await ListWriter.WriteAsync(request, page, options.Value.CompressBytesMin, clock);
    }

    private static ApiException NotMeasured(Kind kind, string name, IReadOnlyDictionary<string, string> silent) =>
        silent.Count == 0
            ? ApiException.NotFound(kind, name)
            : ApiException.Unavailable($"{kind.Resource} \"{name}\" was not measured: "
                + string.Join("; ", silent.Select(node => $"node {node.Key}: {node.Value}")), 5);

    private async Task<IReadOnlyList<ApiObject>> PodsAsync(ApiRequest request, IDictionary<string, string> silent)
    {
        var selection = Selection.Read(request);
        var pods = cache.All(Pod.Kind, request.Path.Namespace).Where(pod => selection.Matches(Bare(pod))).ToList();
        var found = await usages.ReadAsync(pods, silent, request.Aborted);
        return [.. found.Select(usage => Bare(usage.Pod) with
        {
            Timestamp = usage.At,
            Window = GoDuration.Of(usage.Window),
            Containers = [.. usage.Containers.Select(container => new ContainerMetrics
            {
                Name = container.Name, Usage = Shown(container.Rate.NanoCores, container.Rate.MemoryBytes),
            })],
        })];
    }

    private async Task<IReadOnlyList<ApiObject>> NodesAsync(ApiRequest request, IDictionary<string, string> silent)
    {
        var selection = Selection.Read(request);
        var nodes = cache.All(Node.Kind).Where(node => selection.Matches(Bare(node))).ToList();
        var pods = nodes.SelectMany(node => cache.PodsOn(node.Metadata.Name!)).Select(pod => (Pod)pod.Object).ToList();
        var found = (await usages.ReadAsync(pods, silent, request.Aborted)).ToLookup(usage => usage.Pod.Spec.NodeName);
        return [.. nodes.Where(node => !silent.ContainsKey(node.Metadata.Name!)).Select(node =>
        {
            var usage = found[node.Metadata.Name].ToList();
            return Bare(node) with
            {
                Timestamp = usage.Count > 0 ? usage.Min(pod => pod.At) : clock.GetUtcNow(),
                Window = GoDuration.Of(
                    usage.Count > 0 ? usage.Max(pod => pod.Window) : options.Value.UsagePeriod),
                Usage = Shown(usage.Sum(pod => pod.NanoCores), usage.Sum(pod => pod.MemoryBytes)),
            };
        })];
    }

    private PodMetrics Bare(Pod pod) =>
        new() { Metadata = Metadata(pod) with { Namespace = pod.Metadata.Namespace } };

    private NodeMetrics Bare(Node node) => new() { Metadata = Metadata(node) };

    private ObjectMeta Metadata(ApiObject measured) => new()
    {
        Name = measured.Metadata.Name,
        Labels = measured.Metadata.Labels,
        CreationTimestamp = clock.GetUtcNow(),
    };

    private static Dictionary<string, Quantity> Shown(long nanoCores, long memoryBytes) => new()
    {
        ["cpu"] = Quantity.Parse($"{nanoCores}n"),
        ["memory"] = Quantity.Parse($"{memoryBytes / 1024}Ki"),
    };
}
