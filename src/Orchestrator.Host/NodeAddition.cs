using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Hosting;

/// <summary>A node to be added, as it was asked for.</summary>
internal sealed record NodeAddition(
    string Name, string Endpoint, IReadOnlyList<string> Labels, string? Machine, string? Address, string? TlsDirectory,
    bool IsInsecure)
{
    /// <summary>Registers it; repeating it changes nothing.</summary>
    /// <exception cref="StartException">Something about it cannot be, or the cluster refuses it.</exception>
    public async Task CarryOutAsync(ApiConnection cluster, CancellationToken cancellation)
    {
        if (NameRules.DnsSubdomain(Name).FirstOrDefault() is { } fault)
            throw new StartException($"\"{Name}\" is no name of a node: {fault}");
        var endpoint = Checked();
        var credentials = CredentialsOf(endpoint);
        var labels = LabelsRead();
        var address = await AddressOf(endpoint, cancellation);
        var path = $"/api/v1/nodes/{Name}";
        var known = await cluster.Find(path, cancellation);
        if ((string?)known?["metadata"]?["annotations"]?[NodeRegistration.EndpointAnnotation] is { Length: > 0 } other
            && other != Endpoint)
        {
            throw new StartException($"node \"{Name}\" exists and its engine is {other}: choose another name, "
                + $"or remove it first with kubectl delete node {Name}");
        }
        // The key comes first, so that the node never looks for it in vain.
        if (credentials is not null) await cluster.Apply(SecretPath, SecretWith(credentials), cancellation);
        await cluster.Apply(path, NodeWith(labels, address), cancellation);
        Console.WriteLine(
            $"node/{Name} {(known is null ? "added" : "unchanged")}; see it come up with: kubectl get node {Name}");
    }

    private string SecretPath =>
        $"/api/v1/namespaces/{NodeEngines.SecretNamespace}/secrets/{NodeEngines.SecretName(Name)}";

    private DockerEndpoint Checked()
    {
        if (DockerEndpoint.Fault(Endpoint) is { } fault) throw new StartException(fault);
        var endpoint = DockerEndpoint.Parse(Endpoint);
        if (Machine is not null && endpoint.Scheme != EndpointScheme.Unix)
        {
            throw new StartException(
                $"--machine is for unix:// endpoints; every process of the cluster reaches {Endpoint} itself: leave it out");
        }
        if (TlsDirectory is not null && endpoint.Scheme != EndpointScheme.Tcp)
        {
            throw new StartException(
                $"--tls-dir is for tcp:// endpoints, and {Endpoint} takes no TLS credentials: leave it out");
        }
        if (TlsDirectory is null && !IsInsecure && NodeEngines.IsOpenToAnybody(Endpoint))
        {
            throw new StartException(
                $"{Endpoint} without TLS would give its whole machine to anybody on the network: pass --tls-dir DIR "
                + "with ca.pem, cert.pem and key.pem, use ssh://, or insist with --insecure");
        }
        return endpoint;
    }

    private EngineCredentials? CredentialsOf(DockerEndpoint endpoint)
    {
        if (TlsDirectory is null) return null;
        try
        {
            string Read(string name) => File.ReadAllText(Path.Combine(TlsDirectory, name));
            var credentials = new EngineCredentials(
                Read(NodeEngines.CaKey), Read(NodeEngines.CertificateKey), Read(NodeEngines.KeyKey));
            return EngineCredentials.Fault(credentials) is { } fault
                ? throw new StartException($"{TlsDirectory} cannot be used for {endpoint}: {fault}")
                : credentials;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                $"--tls-dir {TlsDirectory} must hold ca.pem, cert.pem and key.pem: {trouble.Message}", trouble);
        }
    }

    private Dictionary<string, string> LabelsRead()
    {
        var read = new Dictionary<string, string>
        {
            ["kubernetes.io/hostname"] = Name,
            ["kubernetes.io/os"] = "linux",
        };
        foreach (var label in Labels)
        {
            var (key, value) = label.IndexOf('=') is >= 0 and var at ? (label[..at], label[(at + 1)..]) : (label, "");
            var fault = NameRules.QualifiedName(key).Concat(NameRules.LabelValue(value)).FirstOrDefault();
            if (fault is not null)
                throw new StartException($"--label \"{label}\" is no label, expected KEY=VALUE: {fault}");
            read[key] = value;
        }
        return read;
    }

    private async Task<string> AddressOf(DockerEndpoint endpoint, CancellationToken cancellation)
    {
        if (Address is not null)
        {
            return IPAddress.TryParse(Address, out _)
                ? Address
                : throw new StartException($"--address \"{Address}\" is no IP address");
        }
        if (endpoint.Host.Length == 0) return MachineAddress.Find();
        if (IPAddress.TryParse(endpoint.Host, out var literal)) return literal.ToString();
        try
        {
            return (await Dns.GetHostAddressesAsync(endpoint.Host, cancellation)).First().ToString();
        }
        catch (SocketException trouble)
        {
            throw new StartException(
                $"the address of {endpoint.Host} cannot be found ({trouble.Message}): say it with --address IP",
                trouble);
        }
    }

    private static JsonObject SecretWith(EngineCredentials credentials) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["type"] = "Opaque",
        ["stringData"] = new JsonObject
        {
            [NodeEngines.CaKey] = credentials.CaPem,
            [NodeEngines.CertificateKey] = credentials.CertificatePem,
            [NodeEngines.KeyKey] = credentials.KeyPem,
        },
    };

    private JsonObject NodeWith(Dictionary<string, string> labels, string address)
    {
        var annotations = new JsonObject
        {
            [NodeRegistration.EndpointAnnotation] = Endpoint,
            [NodeRegistration.AddressAnnotation] = address,
        };
        if (Endpoint.StartsWith("unix://", StringComparison.Ordinal))
        {
            annotations[NodeRegistration.MachineAnnotation] = Machine ?? Environment.MachineName.ToLowerInvariant();
        }
        if (IsInsecure) annotations[NodeEngines.InsecureAnnotation] = "true";
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["labels"] = new JsonObject(
                    labels.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
                ["annotations"] = annotations,
            },
        };
    }
}
