using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;

namespace Orchestrator.Nodes.StaticPods;

/// <summary>
/// A cluster that nobody can speak to: it has nothing, hears nothing, and allows nothing to be undone.
/// </summary>
internal sealed class NoCluster(ILogger logger) : INodeReports, INodeInputs
{
    public Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation) => Task.CompletedTask;

    public Task ConfirmStoppedAsync(Pod pod, CancellationToken cancellation) => Task.CompletedTask;

    public Task ReportNodeAsync(NodeStatus status, CancellationToken cancellation) => Task.CompletedTask;

    public void Event(ApiObject about, string fieldPath, string type, string reason, string message)
    {
        if (type != "Warning") return;
        logger.LogWarning(
            "{Kind} {Name}: {Reason}: {Message}", KindRegistry.Of(about).Name, about.Metadata.Name, reason, message);
    }

    public void Explain(Pod pod, string decision, string why, string inputs) =>
        logger.LogDebug("Pod {Name}: {Decision}: {Why}", pod.Metadata.Name, decision, why);

    public ValueTask<bool> MayActAsync(bool isDestructive) => isDestructive
        ? throw ApiException.Unavailable("the cluster does not answer, so nobody can tell who holds the node")
        : ValueTask.FromResult(true);

    public Pod? FindPod(string ns, string name) => null;

    public ConfigMap? FindConfigMap(string ns, string name) => null;

    public Secret? FindSecret(string ns, string name) => null;

    public PersistentVolumeClaim? FindClaim(string ns, string name) => null;

    public PersistentVolume? FindVolume(string name) => null;

    public Node? FindNode() => null;

    public RuntimeClass? FindRuntimeClass(string name) => null;

    public IReadOnlyList<Service> FindServices(string ns) => [];

    public PodToken? NewToken(Pod pod, string? audience, long expirationSeconds) => null;
}
