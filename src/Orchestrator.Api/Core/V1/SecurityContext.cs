using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>SecurityContext</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SecurityContext
{
    public Capabilities? Capabilities { get; init; }
    public bool? Privileged { get; init; }
    public SELinuxOptions? SeLinuxOptions { get; init; }
    public long? RunAsUser { get; init; }
    public bool? RunAsNonRoot { get; init; }
    public bool? ReadOnlyRootFilesystem { get; init; }
    public bool? AllowPrivilegeEscalation { get; init; }
    public long? RunAsGroup { get; init; }
    [KeepEmpty]
    [OneOf("Default", "Unmasked")]
    public string? ProcMount { get; init; }
    public WindowsSecurityContextOptions? WindowsOptions { get; init; }
    public SeccompProfile? SeccompProfile { get; init; }
    public AppArmorProfile? AppArmorProfile { get; init; }
}

/// <summary>The <c>PodSecurityContext</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PodSecurityContext
{
    public SELinuxOptions? SeLinuxOptions { get; init; }
    public long? RunAsUser { get; init; }
    public bool? RunAsNonRoot { get; init; }
    public IReadOnlyList<long> SupplementalGroups { get; init => field = value ?? []; } = [];
    public long? FsGroup { get; init; }
    public long? RunAsGroup { get; init; }
    public IReadOnlyList<Sysctl> Sysctls { get; init => field = value ?? []; } = [];
    public WindowsSecurityContextOptions? WindowsOptions { get; init; }
    [KeepEmpty]
    [OneOf("Always", "OnRootMismatch")]
    public string? FsGroupChangePolicy { get; init; }
    public SeccompProfile? SeccompProfile { get; init; }
    public AppArmorProfile? AppArmorProfile { get; init; }
    [KeepEmpty]
    [OneOf("Merge", "Strict")]
    public string? SupplementalGroupsPolicy { get; init; }
    [KeepEmpty]
    public string? SeLinuxChangePolicy { get; init; }
}

/// <summary>The <c>Capabilities</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Capabilities
{
    public IReadOnlyList<string> Add { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Drop { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>SELinuxOptions</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SELinuxOptions
{
    public string? User { get; init; }
    public string? Role { get; init; }
    public string? Type { get; init; }
    public string? Level { get; init; }
}

/// <summary>The <c>SeccompProfile</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SeccompProfile
{
    [OneOf("Localhost", "RuntimeDefault", "Unconfined")]
    public string? Type { get; init; }
    [KeepEmpty]
    public string? LocalhostProfile { get; init; }
}

/// <summary>The <c>AppArmorProfile</c> of the Kubernetes core/v1 schema.</summary>
public sealed record AppArmorProfile
{
    [OneOf("Localhost", "RuntimeDefault", "Unconfined")]
    public string? Type { get; init; }
    [KeepEmpty]
    public string? LocalhostProfile { get; init; }
}

/// <summary>The <c>Sysctl</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Sysctl
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Value { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>WindowsSecurityContextOptions</c> of the Kubernetes core/v1 schema.</summary>
public sealed record WindowsSecurityContextOptions
{
    [KeepEmpty]
    public string? GmsaCredentialSpecName { get; init; }
    [KeepEmpty]
    public string? GmsaCredentialSpec { get; init; }
    [KeepEmpty]
    public string? RunAsUserName { get; init; }
    public bool? HostProcess { get; init; }
}
