using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Housekeeping;

/// <summary>
/// Warnings about the node itself. As with the kubelet, such an event carries the node's name as its UID.
/// </summary>
internal static class NodeEvents
{
    public static void Warn(NodeEngine engine, string reason, string message)
    {
        var name = engine.Options.NodeName;
        engine.Reports.Event(new Node { Metadata = new() { Name = name, Uid = name } }, "", "Warning", reason, message);
    }
}
