using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.ApiServer.Pods;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>
/// What a node says of itself. Nodes have no server of their own: these pages are made here, from the node's engine.
/// </summary>
internal sealed class NodePages(UsageReader usages, NodeRuntimes runtimes, IWatchCache cache, TimeProvider clock)
{
    private const string OwnPort = "10250";

    public Task AnswerAsync(HttpContext http, ProxyPath path)
    {
        var node = cache.Find(Node.Kind, "", path.Name) ?? throw ApiException.NotFound(Node.Kind, path.Name);
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            throw Refusals.MethodNotAllowed();
        if (path.Port is not ("" or OwnPort))
        {
            throw new ApiException(503, "ServiceUnavailable", $"error trying to reach service: node {path.Name} "
                + $"answers on port {OwnPort} only, and port {path.Port} was asked");
        }
        return path.Rest.TrimEnd('/') switch
        {
            "/healthz" => HealthAsync(http, path.Name),
            "/stats/summary" => SummaryAsync(http, node),
            "/metrics/resource" => MetricsAsync(http, node),
            "/pods" => PodsAsync(http, node),
            "" => PlainText.WriteAsync(http, 200, "/healthz\n/metrics/resource\n/pods\n/stats/summary\n"),
            _ => throw new ApiException(501, "NotImplemented", $"node {path.Name} does not serve {path.Rest}: it "
                + "serves /healthz, /metrics/resource, /pods and /stats/summary; logs are read from the pods"),
        };
    }

    private async Task HealthAsync(HttpContext http, string node)
    {
        try
        {
            await runtimes.Of(node).DescribeAsync(http.RequestAborted);
        }
        catch (RuntimeUnavailableException e)
        {
            throw ApiException.Unavailable($"the container engine of node {node} does not answer: {e.Message}", 5);
        }
        await PlainText.WriteAsync(http, 200, "ok");
    }

    private Task PodsAsync(HttpContext http, Node node) =>
        AnswerBody.WriteAsync(http, 200, Accepted.PlainJson, output =>
        {
            output.Write("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":["u8);
            var isFirst = true;
            foreach (var pod in cache.PodsOn(node.Metadata.Name!))
            {
                if (!isFirst) output.Write(","u8);
                isFirst = false;
                ObjectJson.WriteItem(output, pod);
            }
            output.Write("]}"u8);
        });

    private async Task SummaryAsync(HttpContext http, Node node)
    {
        var pods = await MeasuredAsync(http, node);
        await AnswerBody.WriteAsync(http, 200, Accepted.PlainJson,
            output => StatsSummary.Write(output, node, pods, clock));
    }

    private async Task MetricsAsync(HttpContext http, Node node)
    {
        var pods = await MeasuredAsync(http, node);
        var text = new StringBuilder();
        Series("container_cpu_usage_seconds_total", "counter", rate => rate.CpuTime.TotalSeconds);
        Series("container_memory_working_set_bytes", "gauge", rate => rate.MemoryBytes);
        http.Response.Headers.CacheControl = "no-cache, private";
        await PlainText.WriteAsync(http, 200, text.ToString());

        void Series(string name, string type, Func<UsageRate, double> value)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
            foreach (var (pod, container) in pods.SelectMany(pod => pod.Containers.Select(c => (pod.Pod, c))))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{{container=\"{container.Name}\",")
                    .Append(CultureInfo.InvariantCulture, $"namespace=\"{pod.Metadata.Namespace}\",")
                    .Append(CultureInfo.InvariantCulture, $"pod=\"{pod.Metadata.Name}\"}} {value(container.Rate)} ")
                    .Append(CultureInfo.InvariantCulture, $"{container.Rate.At.ToUnixTimeMilliseconds()}\n");
            }
        }
    }

    private async Task<IReadOnlyList<PodUsage>> MeasuredAsync(HttpContext http, Node node)
    {
        var silent = new Dictionary<string, string>();
        var pods = cache.PodsOn(node.Metadata.Name!).Select(pod => (Pod)pod.Object).ToList();
        var found = await usages.ReadAsync(pods, silent, http.RequestAborted);
        return silent.Count == 0 ? found : throw ApiException.Unavailable(
            $"node {node.Metadata.Name} was not measured: {silent.Values.First()}", 5);
    }
}
