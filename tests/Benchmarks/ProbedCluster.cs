using System.Collections.Concurrent;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Nodes;

namespace Orchestrator.Benchmarks;

/// <summary>As much of a cluster as a node needs that is measured by itself: pods in memory.</summary>
internal sealed class ProbedCluster : INodeReports, INodeInputs
{
    private readonly ConcurrentDictionary<string, Pod> _pods = new();
    private int _revision = 1;

    /// <summary>Pods that are not ready.</summary>
    public int Unready => _pods.Values.Count(pod =>
        !pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" }));

    public void Put(Pod pod) => _pods[pod.Metadata.Name!] = pod;

    public Pod? FindPod(string ns, string name) => _pods.GetValueOrDefault(name);

    public ConfigMap? FindConfigMap(string ns, string name) => null;

    public Secret? FindSecret(string ns, string name) => null;

    public PersistentVolumeClaim? FindClaim(string ns, string name) => null;

    public PersistentVolume? FindVolume(string name) => null;

    public Node? FindNode() => null;

    public RuntimeClass? FindRuntimeClass(string name) => null;

    public IReadOnlyList<Service> FindServices(string ns) => [];

    public PodToken? NewToken(Pod pod, string? audience, long expirationSeconds) => null;

    public Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation)
    {
        var revision = Interlocked.Increment(ref _revision).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Put(pod with { Status = status, Metadata = pod.Metadata with { ResourceVersion = revision } });
        return Task.CompletedTask;
    }

    public Task ConfirmStoppedAsync(Pod pod, CancellationToken cancellation) => Task.CompletedTask;

    public Task ReportNodeAsync(NodeStatus status, CancellationToken cancellation) => Task.CompletedTask;

    public void Event(ApiObject about, string fieldPath, string type, string reason, string message)
    {
        if (reason == "Unhealthy") Console.Error.WriteLine($"{about.Metadata.Name}: {message}");
    }

    public void Explain(Pod pod, string decision, string why, string inputs)
    {
        // Nobody asks why in a benchmark.
    }
}
