using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>Volume</c> of the Kubernetes core/v1 schema.</summary>
public sealed record Volume
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public HostPathVolumeSource? HostPath { get; init; }
    public EmptyDirVolumeSource? EmptyDir { get; init; }
    public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }
    public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }
    public GitRepoVolumeSource? GitRepo { get; init; }
    public SecretVolumeSource? Secret { get; init; }
    public NFSVolumeSource? Nfs { get; init; }
    public ISCSIVolumeSource? Iscsi { get; init; }
    public GlusterfsVolumeSource? Glusterfs { get; init; }
    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }
    public RBDVolumeSource? Rbd { get; init; }
    public FlexVolumeSource? FlexVolume { get; init; }
    public CinderVolumeSource? Cinder { get; init; }
    public CephFSVolumeSource? Cephfs { get; init; }
    public FlockerVolumeSource? Flocker { get; init; }
    public DownwardAPIVolumeSource? DownwardAPI { get; init; }
    public FCVolumeSource? Fc { get; init; }
    public AzureFileVolumeSource? AzureFile { get; init; }
    public ConfigMapVolumeSource? ConfigMap { get; init; }
    public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }
    public QuobyteVolumeSource? Quobyte { get; init; }
    public AzureDiskVolumeSource? AzureDisk { get; init; }
    public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }
    public PortworxVolumeSource? PortworxVolume { get; init; }
    public ScaleIOVolumeSource? ScaleIO { get; init; }
    public ProjectedVolumeSource? Projected { get; init; }
    public StorageOSVolumeSource? Storageos { get; init; }
    public CSIVolumeSource? Csi { get; init; }
    public EphemeralVolumeSource? Ephemeral { get; init; }
    public ImageVolumeSource? Image { get; init; }
}

/// <summary>The <c>EmptyDirVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EmptyDirVolumeSource
{
    public string? Medium { get; init; }
    public Quantity? SizeLimit { get; init; }
}

/// <summary>The <c>HostPathVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record HostPathVolumeSource
{
    [KeepEmpty]
    public string Path { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    [OneOf("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")]
    public string? Type { get; init; }
}

/// <summary>The <c>ConfigMapVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ConfigMapVolumeSource
{
    public string? Name { get; init; }
    public IReadOnlyList<KeyToPath> Items { get; init => field = value ?? []; } = [];
    public int? DefaultMode { get; init; }
    public bool? Optional { get; init; }
}

/// <summary>The <c>SecretVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SecretVolumeSource
{
    public string? SecretName { get; init; }
    public IReadOnlyList<KeyToPath> Items { get; init => field = value ?? []; } = [];
    public int? DefaultMode { get; init; }
    public bool? Optional { get; init; }
}

/// <summary>The <c>KeyToPath</c> of the Kubernetes core/v1 schema.</summary>
public sealed record KeyToPath
{
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Path { get; init => field = value ?? ""; } = "";
    public int? Mode { get; init; }
}

/// <summary>The <c>DownwardAPIVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record DownwardAPIVolumeSource
{
    public IReadOnlyList<DownwardAPIVolumeFile> Items { get; init => field = value ?? []; } = [];
    public int? DefaultMode { get; init; }
}

/// <summary>The <c>DownwardAPIVolumeFile</c> of the Kubernetes core/v1 schema.</summary>
public sealed record DownwardAPIVolumeFile
{
    public string? Path { get; init; }
    public ObjectFieldSelector? FieldRef { get; init; }
    public ResourceFieldSelector? ResourceFieldRef { get; init; }
    public int? Mode { get; init; }
}

/// <summary>The <c>ProjectedVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ProjectedVolumeSource
{
    public IReadOnlyList<VolumeProjection> Sources { get; init => field = value ?? []; } = [];
    public int? DefaultMode { get; init; }
}

/// <summary>The <c>VolumeProjection</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeProjection
{
    public SecretProjection? Secret { get; init; }
    public DownwardAPIProjection? DownwardAPI { get; init; }
    public ConfigMapProjection? ConfigMap { get; init; }
    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }
    public ClusterTrustBundleProjection? ClusterTrustBundle { get; init; }
}

/// <summary>The <c>ConfigMapProjection</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ConfigMapProjection
{
    public string? Name { get; init; }
    public IReadOnlyList<KeyToPath> Items { get; init => field = value ?? []; } = [];
    public bool? Optional { get; init; }
}

/// <summary>The <c>SecretProjection</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SecretProjection
{
    public string? Name { get; init; }
    public IReadOnlyList<KeyToPath> Items { get; init => field = value ?? []; } = [];
    public bool? Optional { get; init; }
}

/// <summary>The <c>DownwardAPIProjection</c> of the Kubernetes core/v1 schema.</summary>
public sealed record DownwardAPIProjection
{
    public IReadOnlyList<DownwardAPIVolumeFile> Items { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>ServiceAccountTokenProjection</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ServiceAccountTokenProjection
{
    public string? Audience { get; init; }
    public long? ExpirationSeconds { get; init; }
    public string? Path { get; init; }
}

/// <summary>The <c>ClusterTrustBundleProjection</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ClusterTrustBundleProjection
{
    [KeepEmpty]
    public string? Name { get; init; }
    [KeepEmpty]
    public string? SignerName { get; init; }
    public LabelSelector? LabelSelector { get; init; }
    public string? Path { get; init; }
    public bool? Optional { get; init; }
}

/// <summary>The <c>PersistentVolumeClaimVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeClaimVolumeSource
{
    public string? ClaimName { get; init; }
    public bool ReadOnly { get; init; }
}

/// <summary>The <c>EphemeralVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EphemeralVolumeSource
{
    public PersistentVolumeClaimTemplate? VolumeClaimTemplate { get; init; }
}

/// <summary>The <c>PersistentVolumeClaimTemplate</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeClaimTemplate
{
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
    public PersistentVolumeClaimSpec? Spec { get; init; }
}

/// <summary>The <c>PersistentVolumeClaimSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeClaimSpec
{
    public IReadOnlyList<string> AccessModes { get; init => field = value ?? []; } = [];
    public VolumeResourceRequirements? Resources { get; init; }
    public string? VolumeName { get; init; }
    public LabelSelector? Selector { get; init; }
    [KeepEmpty]
    public string? StorageClassName { get; init; }
    [KeepEmpty]
    [OneOf("Block", "Filesystem")]
    public string? VolumeMode { get; init; }
    public TypedLocalObjectReference? DataSource { get; init; }
    public TypedObjectReference? DataSourceRef { get; init; }
    [KeepEmpty]
    public string? VolumeAttributesClassName { get; init; }
}

/// <summary>The <c>VolumeResourceRequirements</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeResourceRequirements
{
    public IReadOnlyDictionary<string, Quantity> Limits { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public IReadOnlyDictionary<string, Quantity> Requests { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
}

/// <summary>The <c>TypedLocalObjectReference</c> of the Kubernetes core/v1 schema.</summary>
public sealed record TypedLocalObjectReference
{
    [KeepEmpty]
    public string? ApiGroup { get; init; }
    public string? Kind { get; init; }
    public string? Name { get; init; }
}

/// <summary>The <c>TypedObjectReference</c> of the Kubernetes core/v1 schema.</summary>
public sealed record TypedObjectReference
{
    [KeepEmpty]
    public string? ApiGroup { get; init; }
    public string? Kind { get; init; }
    public string? Name { get; init; }
    [KeepEmpty]
    public string? Namespace { get; init; }
}

/// <summary>The <c>CSIVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record CSIVolumeSource
{
    public string? Driver { get; init; }
    public bool? ReadOnly { get; init; }
    [KeepEmpty]
    public string? FsType { get; init; }
    public IReadOnlyDictionary<string, string> VolumeAttributes { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public LocalObjectReference? NodePublishSecretRef { get; init; }
}

/// <summary>The <c>ImageVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ImageVolumeSource
{
    public string? Reference { get; init; }
    public string? PullPolicy { get; init; }
}

/// <summary>The <c>NFSVolumeSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record NFSVolumeSource
{
    public string? Server { get; init; }
    public string? Path { get; init; }
    public bool ReadOnly { get; init; }
}
