using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Discovery.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Discovery.V1;

/// <summary>A part of the addresses behind a service, all of one family.</summary>
public sealed record EndpointSlice : ApiObject
{
    private const int ShownMax = 3;

    /// <summary>The label that names the service a slice belongs to.</summary>
    public const string ServiceLabel = "kubernetes.io/service-name";

    /// <summary>The declaration of the kind.</summary>
    public static Kind<EndpointSlice> Kind { get; } = new("discovery.k8s.io/v1", "EndpointSlice", "endpointslices")
    {
        HasGeneration = true,
        Columns =
        [
            Cells.Name<EndpointSlice>(),
            new("AddressType", "string", (slice, _) => slice.AddressType),
            new("Ports", "string", (slice, _) => Shown(slice.Ports.Select(port => port.Port?.ToString() ?? "*"))),
            new("Endpoints", "string", (slice, _) =>
                Shown(slice.Endpoints.SelectMany(endpoint => endpoint.Addresses))),
            Cells.Age<EndpointSlice>(),
        ],
        Default = static slice => slice with
        {
            Ports = [.. slice.Ports.Select(port => port with
            {
                Name = port.Name ?? "", Protocol = port.Protocol ?? "TCP",
            })],
        },
        Validate = EndpointSliceValidation.Check,
        NotActedOnYet = "EndpointSlices are kept as they are written, but nothing routes to them in this release",
    };

    [KeepEmpty]
    [OneOf("FQDN", "IPv4", "IPv6")]
    public string AddressType { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public IReadOnlyList<Endpoint> Endpoints { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public IReadOnlyList<EndpointPort> Ports { get; init => field = value ?? []; } = [];

    private static string Shown(IEnumerable<string> texts) =>
        Cells.First(texts, ShownMax) is { Length: > 0 } shown ? shown : "<unset>";
}

/// <summary>The <c>Endpoint</c> of the Kubernetes discovery/v1 schema.</summary>
public sealed record Endpoint
{
    [KeepEmpty]
    public IReadOnlyList<string> Addresses { get; init => field = value ?? []; } = [];
    public EndpointConditions Conditions { get; init => field = value ?? new(); } = new();
    [KeepEmpty]
    public string? Hostname { get; init; }
    public ObjectReference? TargetRef { get; init; }
    public IReadOnlyDictionary<string, string> DeprecatedTopology
    {
        get; init => field = value ?? Map<string>.Empty;
    } = Map<string>.Empty;
    [KeepEmpty]
    public string? NodeName { get; init; }
    [KeepEmpty]
    public string? Zone { get; init; }
    public EndpointHints? Hints { get; init; }
}

/// <summary>The <c>EndpointConditions</c> of the Kubernetes discovery/v1 schema.</summary>
public sealed record EndpointConditions
{
    public bool? Ready { get; init; }
    public bool? Serving { get; init; }
    public bool? Terminating { get; init; }
}

/// <summary>The <c>EndpointHints</c> of the Kubernetes discovery/v1 schema.</summary>
public sealed record EndpointHints
{
    public IReadOnlyList<ForZone> ForZones { get; init => field = value ?? []; } = [];
    public IReadOnlyList<ForNode> ForNodes { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ForZone</c> of the Kubernetes discovery/v1 schema.</summary>
public sealed record ForZone
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>ForNode</c> of the Kubernetes discovery/v1 schema.</summary>
public sealed record ForNode
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>EndpointPort</c> of the Kubernetes discovery/v1 schema.</summary>
public sealed record EndpointPort
{
    [KeepEmpty]
    public string? Name { get; init; }
    [KeepEmpty]
    [OneOf("SCTP", "TCP", "UDP")]
    public string? Protocol { get; init; }
    public int? Port { get; init; }
    [KeepEmpty]
    public string? AppProtocol { get; init; }
}
