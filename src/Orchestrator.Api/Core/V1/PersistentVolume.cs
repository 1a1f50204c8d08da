using Orchestrator.Api.Core.V1.Defaults;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Api.Core.V1;

/// <summary>Storage that outlives pods, and that a claim may get.</summary>
public sealed record PersistentVolume : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<PersistentVolume> Kind { get; } = new("v1", "PersistentVolume", "persistentvolumes")
    {
        IsNamespaced = false,
        ShortNames = ["pv"],
        Subresources = [Subresource.Status],
        Columns = PersistentVolumeColumns.All,
        Default = PersistentVolumeDefaults.Apply,
        PrepareCreate = static volume => volume with
        {
            Metadata = volume.Metadata with { Finalizers = Held(volume) },
            Status = new() { Phase = "Pending", LastPhaseTransitionTime = volume.Metadata.CreationTimestamp },
        },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = PersistentVolumeValidation.Check,
        NotActedOn =
        [
            "spec.persistentVolumeReclaimPolicy=Recycle", "spec.volumeMode=Block", "spec.mountOptions",
            .. PersistentVolumeValidation.SourceNames.Except(["hostPath", "local", "csi"])
                .Select(source => $"spec.{source}"),
        ],
    };

    public PersistentVolumeSpec Spec { get; init => field = value ?? new(); } = new();
    public PersistentVolumeStatus Status { get; init => field = value ?? new(); } = new();

    // One of ours goes after its directory.
    private static IReadOnlyList<string> Held(PersistentVolume volume)
    {
        string[] holding = LocalStorage.IsOurs(volume)
            ? [VolumeAnnotations.VolumeProtection, LocalStorage.DirectoryFinalizer]
            : [VolumeAnnotations.VolumeProtection];
        return [.. volume.Metadata.Finalizers, .. holding.Except(volume.Metadata.Finalizers)];
    }
}

/// <summary>The <c>PersistentVolumeSpec</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeSpec
{
    public IReadOnlyDictionary<string, Quantity> Capacity { get; init => field = value ?? Map<Quantity>.Empty; } =
        Map<Quantity>.Empty;
    public GCEPersistentDiskVolumeSource? GcePersistentDisk { get; init; }
    public AWSElasticBlockStoreVolumeSource? AwsElasticBlockStore { get; init; }
    public HostPathVolumeSource? HostPath { get; init; }
    public GlusterfsPersistentVolumeSource? Glusterfs { get; init; }
    public NFSVolumeSource? Nfs { get; init; }
    public RBDPersistentVolumeSource? Rbd { get; init; }
    public ISCSIPersistentVolumeSource? Iscsi { get; init; }
    public CinderPersistentVolumeSource? Cinder { get; init; }
    public CephFSPersistentVolumeSource? Cephfs { get; init; }
    public FCVolumeSource? Fc { get; init; }
    public FlockerVolumeSource? Flocker { get; init; }
    public FlexPersistentVolumeSource? FlexVolume { get; init; }
    public AzureFilePersistentVolumeSource? AzureFile { get; init; }
    public VsphereVirtualDiskVolumeSource? VsphereVolume { get; init; }
    public QuobyteVolumeSource? Quobyte { get; init; }
    public AzureDiskVolumeSource? AzureDisk { get; init; }
    public PhotonPersistentDiskVolumeSource? PhotonPersistentDisk { get; init; }
    public PortworxVolumeSource? PortworxVolume { get; init; }
    public ScaleIOPersistentVolumeSource? ScaleIO { get; init; }
    public LocalVolumeSource? Local { get; init; }
    public StorageOSPersistentVolumeSource? Storageos { get; init; }
    public CSIPersistentVolumeSource? Csi { get; init; }
    public IReadOnlyList<string> AccessModes { get; init => field = value ?? []; } = [];
    public ObjectReference? ClaimRef { get; init; }
    [OneOf("Delete", "Recycle", "Retain")]
    public string? PersistentVolumeReclaimPolicy { get; init; }
    public string? StorageClassName { get; init; }
    public IReadOnlyList<string> MountOptions { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    [OneOf("Block", "Filesystem")]
    public string? VolumeMode { get; init; }
    public VolumeNodeAffinity? NodeAffinity { get; init; }
    [KeepEmpty]
    public string? VolumeAttributesClassName { get; init; }
}

/// <summary>The <c>VolumeNodeAffinity</c> of the Kubernetes core/v1 schema.</summary>
public sealed record VolumeNodeAffinity
{
    public NodeSelector? Required { get; init; }
}

/// <summary>The <c>PersistentVolumeStatus</c> of the Kubernetes core/v1 schema.</summary>
public sealed record PersistentVolumeStatus
{
    [OneOf("Available", "Bound", "Failed", "Pending", "Released")]
    public string? Phase { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
    public DateTimeOffset? LastPhaseTransitionTime { get; init; }
}
