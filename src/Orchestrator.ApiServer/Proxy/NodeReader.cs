using System.Collections.Concurrent;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Metrics;
using Orchestrator.ApiServer.Pods;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Pods;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Measures a node for its pages: its pods, their networks, and now and then what they have written.</summary>
internal sealed class NodeReader(
    UsageReader usages, UsageSamples samples, NodeRuntimes runtimes, IWatchCache cache, TimeProvider clock)
{
    // The engine counts files for it.
    private static readonly TimeSpan SizesPeriod = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Sizes> _sizes = new();

    /// <exception cref="ApiException">503: the node's engine does not answer.</exception>
    public async Task<NodeReading> ReadAsync(Node node, bool withSizes, CancellationToken cancellation)
    {
        var name = node.Metadata.Name ?? "";
        var silent = new Dictionary<string, string>();
        var pods = cache.PodsOn(name).Select(pod => (Pod)pod.Object).ToList();
        var found = await usages.ReadAsync(pods, silent, cancellation);
        if (silent.Count > 0)
            throw ApiException.Unavailable($"node {name} was not measured: {silent.Values.First()}", 5);
        if (found.Count == 0) return new NodeReading(node, []);
        try
        {
            var runtime = runtimes.Of(name);
            var sizes = withSizes
                ? await SizesAsync(name, runtime, found, cancellation)
                : Map<ContainerSize>.Empty;
            var sandboxes = await SandboxesAsync(runtime, cancellation);
            return new NodeReading(node, await Task.WhenAll(found.Select(async usage => new PodReading(
                usage, await NetworkAsync(usage.Pod, runtime, sandboxes, cancellation), sizes))));
        }
        catch (Exception trouble) when (trouble is RuntimeUnavailableException or RuntimeRefusedException)
        {
            throw ApiException.Unavailable($"node {name} was not measured: {trouble.Message}", 5);
        }
    }

    private static async Task<Dictionary<string, string>> SandboxesAsync(
        IContainerRuntime runtime, CancellationToken cancellation)
    {
        var ids = new Dictionary<string, string>();
        foreach (var seen in await runtime.ListAsync(cancellation))
        {
            if (seen.Phase == ContainerPhase.Running
                && seen.Labels.GetValueOrDefault(ContainerLabels.Role) == PodLabels.InfraRole)
            {
                ids[seen.Labels.GetValueOrDefault(ContainerLabels.PodUid, "")] = seen.Id;
            }
        }
        return ids;
    }

    private async Task<ContainerUsage?> NetworkAsync(
        Pod pod, IContainerRuntime runtime, Dictionary<string, string> sandboxes, CancellationToken cancellation)
    {
        // In the machine's own network nothing can be told apart.
        if (pod.Spec.HostNetwork || !sandboxes.TryGetValue(pod.Metadata.Uid ?? "", out var id)) return null;
        return (await samples.ReadAsync(runtime, id, pod.Status.StartTime, cancellation))?.Measured;
    }

    private async Task<IReadOnlyDictionary<string, ContainerSize>> SizesAsync(
        string node, IContainerRuntime runtime, IReadOnlyList<PodUsage> pods, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (_sizes.TryGetValue(node, out var known) && now < known.At + SizesPeriod) return known.Bytes;
        var ids = pods.SelectMany(pod => pod.Containers)
            .Select(container => UsageReader.Bare(container.Status.ContainerID ?? "")).ToList();
        var bytes = await runtime.ReadSizesAsync(ids, cancellation);
        _sizes[node] = new Sizes(now, bytes);
        return bytes;
    }

    private sealed record Sizes(DateTimeOffset At, IReadOnlyDictionary<string, ContainerSize> Bytes);
}
