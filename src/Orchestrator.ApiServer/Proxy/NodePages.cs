using System.Buffers;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Pods;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>
/// What a node says of itself. Nodes have no server of their own: these pages are made here, from the node's engine.
/// </summary>
internal sealed class NodePages(
    NodeReader readings, NodeRuntimes runtimes, IWatchCache cache, IGrainFactory grains, TimeProvider clock)
{
    private const string OwnPort = "10250";
    private const string MetricsType = "text/plain; version=0.0.4; charset=utf-8";

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
            "/metrics/cadvisor" => MetricsAsync(http, node, true, CadvisorMetrics.Write),
            "/metrics/probes" => ProbesAsync(http, path.Name),
            "/metrics/resource" => MetricsAsync(http, node, false, ResourceMetrics.Write),
            "/pods" => PodsAsync(http, node),
            "" => PlainText.WriteAsync(http, 200, "/healthz\n/metrics/cadvisor\n/metrics/probes\n"
                + "/metrics/resource\n/pods\n/stats/summary\n"),
            _ => throw new ApiException(501, "NotImplemented", $"node {path.Name} does not serve {path.Rest}: it "
                + "serves /healthz, /metrics/cadvisor, /metrics/probes, /metrics/resource, /pods and /stats/summary; "
                + "logs are read from the pods"),
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
        var reading = await readings.ReadAsync(node, withSizes: true, http.RequestAborted);
        await AnswerBody.WriteAsync(http, 200, Accepted.PlainJson,
            output => StatsSummary.Write(output, reading, clock));
    }

    private async Task MetricsAsync(
        HttpContext http, Node node, bool withSizes, Action<MetricText, NodeReading> write)
    {
        var text = new MetricText();
        write(text, await readings.ReadAsync(node, withSizes, http.RequestAborted));
        await AnswerAsync(http, text);
    }

    private async Task ProbesAsync(HttpContext http, string node)
    {
        var text = new MetricText();
        ProbeMetrics.Write(text, await grains.GetGrain<INodeGrain>(node).CountProbes());
        await AnswerAsync(http, text);
    }

    private static Task AnswerAsync(HttpContext http, MetricText text)
    {
        http.Response.Headers.CacheControl = "no-cache, private";
        return PlainText.WriteAsync(http, 200, text.ToString(), MetricsType);
    }
}
