namespace Orchestrator.Grains;

/// <summary>A container engine that joins the cluster as a node.</summary>
/// <param name="Endpoint"><c>unix:///var/run/docker.sock</c>, or <c>simulated://</c> for a node without
/// containers.</param>
/// <param name="Address">The machine's address, as pods and other nodes reach it.</param>
/// <param name="Labels">Labels the node gets beside those it has.</param>
/// <param name="Machine">The machine whose socket the endpoint is; null, as earlier versions send it, when any silo
/// can reach it.</param>
/// <param name="StaticPods">The folder on that machine whose manifests the node runs by itself; null for none.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.NodeRegistration")]
public sealed record NodeRegistration(
    string Endpoint, string Address, IReadOnlyDictionary<string, string> Labels, string? Machine = null,
    string? StaticPods = null)
{
    /// <summary>The annotation of a Node that says where its engine listens.</summary>
    public const string EndpointAnnotation = "orchestrator.io/endpoint";

    /// <summary>The annotation of a Node that says the machine's address.</summary>
    public const string AddressAnnotation = "orchestrator.io/address";

    /// <summary>The annotation of a Node that says on which machine its local socket is.</summary>
    public const string MachineAnnotation = "orchestrator.io/machine";

    /// <summary>The annotation of a Node that says which folder of its machine holds static pods.</summary>
    public const string StaticPodsAnnotation = "orchestrator.io/static-pods";
}
