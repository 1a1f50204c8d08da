using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Nodes;

/// <summary>Which silos may run a node: a silo is named after its machine, and a node may be bound to one.</summary>
internal sealed class NodePlaces(IWatchCache cache, ISiloStatusOracle silos)
{
    private const string LocalSocket = "unix://";

    /// <summary>The machine whose silos alone may run the node; "" when any silo may.</summary>
    public static string MachineOf(Node? node) =>
        node?.Metadata.Annotations is { } told
        && told.GetValueOrDefault(NodeRegistration.EndpointAnnotation)?.StartsWith(LocalSocket,
            StringComparison.Ordinal) == true
            ? told.GetValueOrDefault(NodeRegistration.MachineAnnotation) ?? ""
            : "";

    /// <summary>Whether this silo may run the node, as far as it knows the node.</summary>
    public bool IsHere(Node? node) => MachineOf(node) is not { Length: > 0 } machine || machine == silos.SiloName;

    /// <summary>
    /// Chooses among silos. Nodes that may run anywhere take turns over the silos, in the order of their names.
    /// </summary>
    /// <exception cref="ApiException">No silo of the node's machine is alive.</exception>
    public SiloAddress Choose(string name, IReadOnlyList<SiloAddress> from)
    {
        var machine = MachineOf(cache.Find(Node.Kind, "", name));
        List<SiloAddress> able = [.. from.Where(silo => machine.Length == 0 || NameOf(silo) == machine).Order()];
        if (able.Count > 0) return able[TurnOf(name) % able.Count];
        throw ApiException.Unavailable(
            $"node \"{name}\" is behind a local socket of machine {machine}, and no orc process of that machine is alive; "
            + "start one there, or delete the node");
    }

    private int TurnOf(string name) => cache.List(Node.Kind).Items
        .Count(other => MachineOf((Node)other.Object).Length == 0 && string.CompareOrdinal(other.Key.Name, name) < 0);

    private string NameOf(SiloAddress silo) => silos.TryGetSiloName(silo, out var name) ? name ?? "" : "";
}
