using System.Text.Json.Serialization;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The addresses behind a service of the same name.</summary>
public sealed record Endpoints : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<Endpoints> Kind { get; } = new("v1", "Endpoints", "endpoints")
    {
        ShortNames = ["ep"],
        PutCreates = true,
        Columns =
        [
            Cells.Name<Endpoints>(),
            new("Endpoints", "string", (endpoints, _) => EndpointsRow.Shown(endpoints)),
            Cells.Age<Endpoints>(),
        ],
        Default = static endpoints => endpoints with
        {
            Subsets = [.. endpoints.Subsets.Select(subset => subset with
            {
                Ports = [.. subset.Ports.Select(port =>
                    string.IsNullOrEmpty(port.Protocol) ? port with { Protocol = "TCP" } : port)],
            })],
        },
        Validate = EndpointsValidation.Check,
        NotActedOnYet = "Endpoints are kept as they are written, but nothing routes to them in this release",
    };

    public IReadOnlyList<EndpointSubset> Subsets { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>EndpointSubset</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EndpointSubset
{
    public IReadOnlyList<EndpointAddress> Addresses { get; init => field = value ?? []; } = [];
    public IReadOnlyList<EndpointAddress> NotReadyAddresses { get; init => field = value ?? []; } = [];
    public IReadOnlyList<EndpointPort> Ports { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>EndpointAddress</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EndpointAddress
{
    [KeepEmpty]
    public string Ip { get; init => field = value ?? ""; } = "";
    public string? Hostname { get; init; }
    [KeepEmpty]
    public string? NodeName { get; init; }
    public ObjectReference? TargetRef { get; init; }
}

/// <summary>The <c>EndpointPort</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EndpointPort
{
    public string? Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
    [OneOf("SCTP", "TCP", "UDP")]
    public string? Protocol { get; init; }
    [KeepEmpty]
    public string? AppProtocol { get; init; }
}
