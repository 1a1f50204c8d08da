using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes;

/// <summary>What a node tells the cluster. Calls may fail with any exception; the caller repeats them later.</summary>
public interface INodeReports
{
    /// <summary>The pod's status has changed.</summary>
    Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation);

    /// <summary>Nothing of the pod runs on the node any more; it was being deleted.</summary>
    Task ConfirmStoppedAsync(Pod pod, CancellationToken cancellation);

    /// <summary>The engine has become reachable or unreachable, or its capacity has changed.</summary>
    Task ReportNodeAsync(NodeStatus status, CancellationToken cancellation);

    /// <summary>
    /// Something users should read in <c>kubectl describe</c>: type Normal or Warning, a reason, a sentence.
    /// </summary>
    /// <param name="about">The object; <paramref name="fieldPath"/> narrows it, such as
    /// <c>spec.containers{web}</c>.</param>
    void Event(ApiObject about, string fieldPath, string type, string reason, string message);

    /// <summary>Why the node did something to a pod; becomes a reason record.</summary>
    void Explain(Pod pod, string decision, string why, string inputs);

    /// <summary>Where pods from files are shown; null where nobody wants to see them.</summary>
    IMirrorPods? Mirrors => null;

    /// <summary>
    /// Whether the node is still this agent's. Asked before anything that cannot be undone, and before each pass over a
    /// pod. May throw when nobody can tell; then the act waits.
    /// </summary>
    ValueTask<bool> MayActAsync(bool isDestructive) => ValueTask.FromResult(true);

    /// <summary>
    /// Containers of unknown pods were found. True when <see cref="NodeAgent.Sync"/> will be called soon with the pods
    /// everybody knows; they are left alone until then.
    /// </summary>
    bool AskForSync() => false;
}
