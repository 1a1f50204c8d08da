using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>AWSElasticBlockStoreVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record AWSElasticBlockStoreVolumeSource
{
    public string? VolumeID { get; init; }
    public string? FsType { get; init; }
    public int Partition { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>AzureDiskVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record AzureDiskVolumeSource
{
    public string? DiskName { get; init; }
    public string? DiskURI { get; init; }
    [KeepEmpty]
    public string? CachingMode { get; init; }
    [KeepEmpty]
    public string? FsType { get; init; }
    public bool? ReadOnly { get; init; }
    [KeepEmpty]
    public string? Kind { get; init; }
}

/// <summary>The <c>AzureFileVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record AzureFileVolumeSource
{
    public string? SecretName { get; init; }
    public string? ShareName { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>CephFSVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record CephFSVolumeSource
{
    public IReadOnlyList<string> Monitors { get; init => field = value ?? []; } = [];
    public string? Path { get; init; }
    public string? User { get; init; }
    public string? SecretFile { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>CinderVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record CinderVolumeSource
{
    public string? VolumeID { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>The <c>FCVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record FCVolumeSource
{
    public IReadOnlyList<string> TargetWWNs { get; init => field = value ?? []; } = [];
    public int? Lun { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public IReadOnlyList<string> Wwids { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>FlexVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record FlexVolumeSource
{
    public string? Driver { get; init; }
    public string? FsType { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
    public bool ReadOnly { get; init; }
    public IReadOnlyDictionary<string, string> Options { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
}

/// <summary>The <c>FlockerVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record FlockerVolumeSource
{
    public string? DatasetName { get; init; }
    public string? DatasetUUID { get; init; }
}

/// <summary>The <c>GCEPersistentDiskVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record GCEPersistentDiskVolumeSource
{
    public string? PdName { get; init; }
    public string? FsType { get; init; }
    public int Partition { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>GitRepoVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record GitRepoVolumeSource
{
    public string? Repository { get; init; }
    public string? Revision { get; init; }
    public string? Directory { get; init; }
}

/// <summary>The <c>GlusterfsVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record GlusterfsVolumeSource
{
    public string? Endpoints { get; init; }
    public string? Path { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>ISCSIVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ISCSIVolumeSource
{
    public string? TargetPortal { get; init; }
    public string? Iqn { get; init; }
    public int Lun { get; init; }
    public string? IscsiInterface { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public IReadOnlyList<string> Portals { get; init => field = value ?? []; } = [];
    public bool ChapAuthDiscovery { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
    public bool ChapAuthSession { get; init; }
    [KeepEmpty]
    public string? InitiatorName { get; init; }
}

/// <summary>The <c>PhotonPersistentDiskVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PhotonPersistentDiskVolumeSource
{
    public string? PdID { get; init; }
    public string? FsType { get; init; }
}

/// <summary>The <c>PortworxVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PortworxVolumeSource
{
    public string? VolumeID { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>QuobyteVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record QuobyteVolumeSource
{
    public string? Registry { get; init; }
    public string? Volume { get; init; }
    public bool ReadOnly { get; init; }
    public string? User { get; init; }
    public string? Group { get; init; }
    public string? Tenant { get; init; }
}

/// <summary>The <c>RBDVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record RBDVolumeSource
{
    public IReadOnlyList<string> Monitors { get; init => field = value ?? []; } = [];
    public string? Image { get; init; }
    public string? FsType { get; init; }
    public string? Pool { get; init; }
    public string? User { get; init; }
    public string? Keyring { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>ScaleIOVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ScaleIOVolumeSource
{
    public string? Gateway { get; init; }
    public string? System { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
    public bool SslEnabled { get; init; }
    public string? ProtectionDomain { get; init; }
    public string? StoragePool { get; init; }
    public string? StorageMode { get; init; }
    public string? VolumeName { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>StorageOSVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record StorageOSVolumeSource
{
    public string? VolumeName { get; init; }
    public string? VolumeNamespace { get; init; }
    public string? FsType { get; init; }
    public bool ReadOnly { get; init; }
    public LocalObjectReference? SecretRef { get; init; }
}

/// <summary>The <c>VsphereVirtualDiskVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VsphereVirtualDiskVolumeSource
{
    public string? VolumePath { get; init; }
    public string? FsType { get; init; }
    public string? StoragePolicyName { get; init; }
    public string? StoragePolicyID { get; init; }
}
