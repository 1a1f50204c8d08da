using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;
using Orchestrator.Storage;

namespace Orchestrator.Grains;

/// <summary>How the engine of a node is reached: where it listens, and by which credentials.</summary>
public static class NodeEngines
{
    /// <summary>The annotation of a Node whose engine may be spoken to over the network without TLS.</summary>
    public const string InsecureAnnotation = "orchestrator.io/insecure";

    /// <summary>The namespace of the Secrets that hold credentials of engines.</summary>
    public const string SecretNamespace = "kube-system";

    /// <summary>The keys of such a Secret, which are the files of Docker's convention.</summary>
    public const string CaKey = "ca.pem", CertificateKey = "cert.pem", KeyKey = "key.pem";

    private const string Tcp = "tcp://";

    /// <summary>The name of the Secret with a node's credentials.</summary>
    public static string SecretName(string nodeName) => $"node-{nodeName}-docker";

    /// <summary>The credentials kept for a node; null when there are none, or its engine takes none.</summary>
    public static EngineCredentials? CredentialsOf(IWatchCache cache, Node node)
    {
        if (!EndpointOf(node).StartsWith(Tcp, StringComparison.Ordinal)) return null;
        var secret = cache.Find(Secret.Kind, SecretNamespace, SecretName(node.Metadata.Name ?? ""));
        return secret is null ? null : new(Text(secret, CaKey), Text(secret, CertificateKey), Text(secret, KeyKey));
    }

    /// <summary>The runtime of a node.</summary>
    /// <exception cref="FormatException">The endpoint or the credentials cannot be used, or may not be.</exception>
    public static IContainerRuntime For(this ContainerRuntimes runtimes, IWatchCache cache, Node node)
    {
        var (name, endpoint, credentials) = (node.Metadata.Name ?? "", EndpointOf(node), CredentialsOf(cache, node));
        if (credentials is null && IsOpenToAnybody(endpoint) && !IsInsecureByIntent(node))
        {
            throw new FormatException(
                $"{endpoint} would give the whole machine of node \"{name}\" to anybody on the network: "
                + $"put credentials into Secret {SecretNamespace}/{SecretName(name)} (orc node add … --tls-dir DIR)");
        }
        return runtimes.For(name, endpoint, credentials);
    }

    /// <summary>Whether it is spoken to over the network, where without TLS everybody could.</summary>
    public static bool IsOpenToAnybody(string endpoint) =>
        endpoint.StartsWith(Tcp, StringComparison.Ordinal) && !DockerEndpoint.Parse(endpoint).IsLoopback;

    private static bool IsInsecureByIntent(Node node) =>
        node.Metadata.Annotations.GetValueOrDefault(InsecureAnnotation) == "true";

    private static string EndpointOf(Node node) =>
        node.Metadata.Annotations.GetValueOrDefault(NodeRegistration.EndpointAnnotation) ?? "";

    private static string Text(Secret secret, string key) =>
        secret.Data.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";
}
