using System.Text.Json.Serialization;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>One container of a pod, as the user asked for it.</summary>
public record Container
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public string? Image { get; init; }
    public IReadOnlyList<string> Command { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Args { get; init => field = value ?? []; } = [];
    public string? WorkingDir { get; init; }
    public IReadOnlyList<ContainerPort> Ports { get; init => field = value ?? []; } = [];
    public IReadOnlyList<EnvVar> Env { get; init => field = value ?? []; } = [];
    public ResourceRequirements? Resources { get; init; }
    public IReadOnlyList<VolumeMount> VolumeMounts { get; init => field = value ?? []; } = [];
    public Probe? LivenessProbe { get; init; }
    public Probe? ReadinessProbe { get; init; }
    public Lifecycle? Lifecycle { get; init; }
    public string? TerminationMessagePath { get; init; }
    [OneOf("Always", "IfNotPresent", "Never")]
    public string? ImagePullPolicy { get; init; }
    public SecurityContext? SecurityContext { get; init; }
    public bool Stdin { get; init; }
    public bool StdinOnce { get; init; }
    public bool Tty { get; init; }
    public IReadOnlyList<EnvFromSource> EnvFrom { get; init => field = value ?? []; } = [];
    [OneOf("File", "FallbackToLogsOnError")]
    public string? TerminationMessagePolicy { get; init; }
    public IReadOnlyList<VolumeDevice> VolumeDevices { get; init => field = value ?? []; } = [];
    public Probe? StartupProbe { get; init; }
    public IReadOnlyList<ContainerResizePolicy> ResizePolicy { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    [OneOf("Always", "Never", "OnFailure")]
    public string? RestartPolicy { get; init; }
    public IReadOnlyList<ContainerRestartRule> RestartPolicyRules { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>EphemeralContainer</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EphemeralContainer : Container
{
    public string? TargetContainerName { get; init; }
}

/// <summary>The <c>ContainerPort</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerPort
{
    public string? Name { get; init; }
    public int HostPort { get; init; }
    [JsonPropertyName("containerPort")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int ContainerPortValue { get; init; }
    [OneOf("SCTP", "TCP", "UDP")]
    public string? Protocol { get; init; }
    public string? HostIP { get; init; }
}

/// <summary>The <c>ContainerResizePolicy</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ContainerResizePolicy
{
    public string? ResourceName { get; init; }
    public string? RestartPolicy { get; init; }
}

/// <summary>The <c>ResourceRequirements</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceRequirements
{
    public IReadOnlyDictionary<string, Quantity> Limits { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> Requests { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyList<ResourceClaim> Claims { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ResourceClaim</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceClaim
{
    public string? Name { get; init; }
    public string? Request { get; init; }
}

/// <summary>The <c>VolumeDevice</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeDevice
{
    public string? Name { get; init; }
    public string? DevicePath { get; init; }
}

/// <summary>The <c>VolumeMount</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeMount
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public bool ReadOnly { get; init; }
    [KeepEmpty]
    public string MountPath { get; init => field = value ?? ""; } = "";
    public string? SubPath { get; init; }
    [KeepEmpty]
    [OneOf("Bidirectional", "HostToContainer", "None")]
    public string? MountPropagation { get; init; }
    public string? SubPathExpr { get; init; }
    [KeepEmpty]
    public string? RecursiveReadOnly { get; init; }
}
