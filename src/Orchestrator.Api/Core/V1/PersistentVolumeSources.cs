using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>SecretReference</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SecretReference
{
    public string? Name { get; init; }
    public string? Namespace { get; init; }
}

/// <summary>The <c>GlusterfsPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record GlusterfsPersistentVolumeSource
{
    [KeepEmpty]
    public string Endpoints { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Path { get; init => field = value ?? ""; } = "";
    public bool ReadOnly { get; init; }
    [KeepEmpty]
    public string? EndpointsNamespace { get; init; }
}

/// <summary>The <c>RBDPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record RBDPersistentVolumeSource
{
    [KeepEmpty]
    public IReadOnlyList<string> Monitors { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public string Image { get; init => field = value ?? ""; } = "";
    public string? FsType { get; init; }
    public string? Pool { get; init; }
    public string? User { get; init; }
    public string? Keyring { get; init; }
    public SecretReference? SecretRef { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>ISCSIPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ISCSIPersistentVolumeSource
{
    [KeepEmpty]
    public string TargetPortal { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Iqn { get; init => field = value ?? ""; } = "";
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public int Lun { get; init; }
    public string? IscsiInterface { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public IReadOnlyList<string> Portals { get; init => field = value ?? []; } = [];
    public bool ChapAuthDiscovery { get; init; }
    public bool ChapAuthSession { get; init; }
    public SecretReference? SecretRef { get; init; }
    [KeepEmpty]
    public string? InitiatorName { get; init; }
}

/// <summary>The <c>CinderPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record CinderPersistentVolumeSource
{
    [KeepEmpty]
    public string VolumeID { get; init => field = value ?? ""; } = "";
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public SecretReference? SecretRef { get; init; }
}

/// <summary>The <c>CephFSPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record CephFSPersistentVolumeSource
{
    [KeepEmpty]
    public IReadOnlyList<string> Monitors { get; init => field = value ?? []; } = [];
    public string? Path { get; init; }
    public string? User { get; init; }
    public string? SecretFile { get; init; }
    public SecretReference? SecretRef { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>FlexPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record FlexPersistentVolumeSource
{
    [KeepEmpty]
    public string Driver { get; init => field = value ?? ""; } = "";
    public string? FsType { get; init; }
    public SecretReference? SecretRef { get; init; }
    public bool ReadOnly { get; init; }
    public IReadOnlyDictionary<string, string> Options { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
}

/// <summary>The <c>AzureFilePersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record AzureFilePersistentVolumeSource
{
    [KeepEmpty]
    public string SecretName { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string ShareName { get; init => field = value ?? ""; } = "";
    public bool ReadOnly { get; init; }
    [KeepEmpty]
    public string? SecretNamespace { get; init; }
}

/// <summary>The <c>ScaleIOPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ScaleIOPersistentVolumeSource
{
    [KeepEmpty]
    public string Gateway { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string System { get; init => field = value ?? ""; } = "";
    public SecretReference? SecretRef { get; init; }
    public bool SslEnabled { get; init; }
    public string? ProtectionDomain { get; init; }
    public string? StoragePool { get; init; }
    public string? StorageMode { get; init; }
    public string? VolumeName { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>LocalVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record LocalVolumeSource
{
    [KeepEmpty]
    public string Path { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string? FsType { get; init; }
}

/// <summary>The <c>StorageOSPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record StorageOSPersistentVolumeSource
{
    public string? VolumeName { get; init; }
    public string? VolumeNamespace { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public ObjectReference? SecretRef { get; init; }
}

/// <summary>The <c>CSIPersistentVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record CSIPersistentVolumeSource
{
    [KeepEmpty]
    public string Driver { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string VolumeHandle { get; init => field = value ?? ""; } = "";
    public bool ReadOnly { get; init; }
    public string? FsType { get; init; }
    public IReadOnlyDictionary<string, string> VolumeAttributes { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public SecretReference? ControllerPublishSecretRef { get; init; }
    public SecretReference? NodeStageSecretRef { get; init; }
    public SecretReference? NodePublishSecretRef { get; init; }
    public SecretReference? ControllerExpandSecretRef { get; init; }
    public SecretReference? NodeExpandSecretRef { get; init; }
}
