namespace Orchestrator.Grains;

/// <summary>A container engine that joins the cluster as a node.</summary>
/// <param name="Endpoint"><c>unix:///var/run/docker.sock</c>, or <c>simulated://</c> for a node without containers.</param>
/// <param name="Labels">Labels the node gets beside those it has.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.NodeRegistration")]
public sealed record NodeRegistration(string Endpoint, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The annotation of a Node that says where its engine listens.</summary>
    public const string EndpointAnnotation = "orchestrator.io/endpoint";
}
