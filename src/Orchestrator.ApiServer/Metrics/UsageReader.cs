using System.Collections.Concurrent;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Pods;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Metrics;

/// <summary>Measures pods: all their running containers at once, each by the engine of its node.</summary>
internal sealed class UsageReader(UsageSamples samples, NodeRuntimes runtimes, TimeProvider clock)
{
    private const string IdPrefix = "docker://";

    // A list is to come while somebody still looks; what has not answered by then is left out.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What pods use, in their order, without those of which it is not known.</summary>
    /// <param name="pods">The pods.</param>
    /// <param name="silent">Gets the nodes that did not answer, with what stood in the way.</param>
    public async Task<IReadOnlyList<PodUsage>> ReadAsync(
        IReadOnlyList<Pod> pods, IDictionary<string, string> silent, CancellationToken cancellation)
    {
        var troubles = new ConcurrentDictionary<string, string>();
        using var timer = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        var reads = pods.Where(pod => pod.Status.Phase == "Running" && !string.IsNullOrEmpty(pod.Spec.NodeName))
            .Select(pod => ReadAsync(pod, troubles, both.Token)).ToList();
        var found = await Task.WhenAll(reads);
        cancellation.ThrowIfCancellationRequested();
        foreach (var (node, why) in troubles) silent[node] = why;
        return [.. found.OfType<PodUsage>()];
    }

    private async Task<PodUsage?> ReadAsync(
        Pod pod, ConcurrentDictionary<string, string> troubles, CancellationToken cancellation)
    {
        var node = pod.Spec.NodeName!;
        try
        {
            var runtime = runtimes.Of(node);
            var statuses = pod.Status.ContainerStatuses
                .Concat(pod.Status.InitContainerStatuses).Concat(pod.Status.EphemeralContainerStatuses)
                .Where(status => status.State?.Running is not null && !string.IsNullOrEmpty(status.ContainerID));
            var rates = await Task.WhenAll(statuses.Select(async status => (Status: status,
                Rate: await samples.ReadAsync(
                    runtime, Bare(status.ContainerID!), status.State!.Running!.StartedAt, cancellation))));
            // A part would look like the whole.
            return rates.Length == 0 || rates.Any(rate => rate.Rate is null) ? null
                : new PodUsage(pod, [.. rates.Select(rate => new NamedRate(rate.Status, rate.Rate!))]);
        }
        catch (OperationCanceledException)
        {
            troubles.TryAdd(node, "it did not answer in time");
        }
        catch (Exception e) when (e is RuntimeUnavailableException or RuntimeRefusedException or ApiException)
        {
            troubles.TryAdd(node, e.Message);
        }
        return null;
    }

    /// <summary>The engine's own id of a container.</summary>
    public static string Bare(string id) =>
        id.StartsWith(IdPrefix, StringComparison.Ordinal) ? id[IdPrefix.Length..] : id;
}

/// <summary>What a container uses, and what else is known of it.</summary>
internal sealed record NamedRate(ContainerStatus Status, UsageRate Rate)
{
    public string Name => Status.Name;
}

/// <summary>What the containers of a pod use.</summary>
internal sealed record PodUsage(Pod Pod, IReadOnlyList<NamedRate> Containers)
{
    /// <summary>All of it is known up to then.</summary>
    public DateTimeOffset At => Containers.Min(container => container.Rate.At);

    /// <summary>The longest span that a rate was taken over.</summary>
    public TimeSpan Window => Containers.Max(container => container.Rate.Window);

    public long NanoCores => Containers.Sum(container => container.Rate.NanoCores);

    public long MemoryBytes => Containers.Sum(container => container.Rate.MemoryBytes);
}
