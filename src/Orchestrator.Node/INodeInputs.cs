using Orchestrator.Api.Core.V1;

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
    PersistentVolumeClaim? FindClaim(string ns, string name) => null;

    /// <summary>A volume that claims may have, or null.</summary>
    PersistentVolume? FindVolume(string name) => null;

    /// <summary>This node, or null when nobody knows it.</summary>
    Node? FindNode() => null;
}
