using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Nodes.V1;

namespace Orchestrator.Nodes;

/// <summary>What a node reads of the cluster; never waits.</summary>
public interface INodeInputs
{
    /// <summary>The newest version of a pod bound to this node, or null when its object is gone.</summary>
    Pod? FindPod(string ns, string name);

    /// <summary>A ConfigMap, or null.</summary>
    ConfigMap? FindConfigMap(string ns, string name);

    /// <summary>A Secret, or null.</summary>
    Secret? FindSecret(string ns, string name);

    /// <summary>A claim, or null.</summary>
    PersistentVolumeClaim? FindClaim(string ns, string name);

    /// <summary>A volume that claims may have, or null.</summary>
    PersistentVolume? FindVolume(string name);

    /// <summary>This node, or null when nobody knows it.</summary>
    Node? FindNode();

    /// <summary>A RuntimeClass, or null.</summary>
    RuntimeClass? FindRuntimeClass(string name);

    /// <summary>The services that containers of a namespace are told of: its own, and that of the API.</summary>
    IReadOnlyList<Service> FindServices(string ns);

    /// <summary>A token of the pod's service account, signed now; null where nobody signs any.</summary>
    /// <param name="pod">The pod it is bound to.</param>
    /// <param name="audience">For whom it is; null for the API itself.</param>
    /// <param name="expirationSeconds">How long it lives.</param>
    /// <exception cref="Api.Meta.ApiException">The account is not there, or asks for what it may not.</exception>
    PodToken? NewToken(Pod pod, string? audience, long expirationSeconds);
}
