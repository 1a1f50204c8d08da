namespace Orchestrator.Api.Core.V1;

/// <summary>The annotations by which claims, volumes and those who make volumes speak to each other.</summary>
public static class VolumeAnnotations
{
    /// <summary>Of a claim: it was bound once, and is never bound to another volume.</summary>
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";

    /// <summary>Of a claim or a volume: no user bound it, so it may be undone.</summary>
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";

    /// <summary>Of a claim: the node on which its first pod is to run.</summary>
    public const string SelectedNode = "volume.kubernetes.io/selected-node";

    /// <summary>Of a claim: who is to make its volume.</summary>
    public const string StorageProvisioner = "volume.kubernetes.io/storage-provisioner";

    /// <summary>The older name of <see cref="StorageProvisioner"/>.</summary>
    public const string OlderStorageProvisioner = "volume.beta.kubernetes.io/storage-provisioner";

    /// <summary>Of a volume: who made it.</summary>
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";

    /// <summary>Of a claim or a volume: the older way to name its class.</summary>
    public const string StorageClass = "volume.beta.kubernetes.io/storage-class";

    /// <summary>What an annotation says that is either there or not.</summary>
    public const string Yes = "yes";

    /// <summary>The finalizer of a claim that pods may use.</summary>
    public const string ClaimProtection = "kubernetes.io/pvc-protection";

    /// <summary>The finalizer of a volume that may be bound.</summary>
    public const string VolumeProtection = "kubernetes.io/pv-protection";
}
