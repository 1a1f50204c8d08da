using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>Probe</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Probe
{
    public ExecAction? Exec { get; init; }
    public HTTPGetAction? HttpGet { get; init; }
    public TCPSocketAction? TcpSocket { get; init; }
    public GRPCAction? Grpc { get; init; }
    public int InitialDelaySeconds { get; init; }
    public int TimeoutSeconds { get; init; }
    public int PeriodSeconds { get; init; }
    public int SuccessThreshold { get; init; }
    public int FailureThreshold { get; init; }
    public long? TerminationGracePeriodSeconds { get; init; }
}

/// <summary>The <c>Lifecycle</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Lifecycle
{
    public LifecycleHandler? PostStart { get; init; }
    public LifecycleHandler? PreStop { get; init; }
    [KeepEmpty]
    public string? StopSignal { get; init; }
}

/// <summary>The <c>LifecycleHandler</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LifecycleHandler
{
    public ExecAction? Exec { get; init; }
    public HTTPGetAction? HttpGet { get; init; }
    public TCPSocketAction? TcpSocket { get; init; }
    public SleepAction? Sleep { get; init; }
}

/// <summary>The <c>ExecAction</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ExecAction
{
    public IReadOnlyList<string> Command { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>HTTPGetAction</c> of the Kubernetes core/v1 schema.</summary>
public sealed record HTTPGetAction
{
    public string? Path { get; init; }
    public IntOrString? Port { get; init; }
    public string? Host { get; init; }
    [OneOf("HTTP", "HTTPS")]
    public string? Scheme { get; init; }
    public IReadOnlyList<HTTPHeader> HttpHeaders { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>HTTPHeader</c> of the Kubernetes core/v1 schema.</summary>
public sealed record HTTPHeader
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Value { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>TCPSocketAction</c> of the Kubernetes core/v1 schema.</summary>
public sealed record TCPSocketAction
{
    public IntOrString? Port { get; init; }
    public string? Host { get; init; }
}

/// <summary>The <c>GRPCAction</c> of the Kubernetes core/v1 schema.</summary>
public sealed record GRPCAction
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Port { get; init; }
    [KeepEmpty]
    public string? Service { get; init; }
}

/// <summary>The <c>SleepAction</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SleepAction
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long Seconds { get; init; }
}
