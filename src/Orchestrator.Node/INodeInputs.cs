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

    /// <summary>A RuntimeClass, or null.</summary>
    RuntimeClass? FindRuntimeClass(string name);
}
