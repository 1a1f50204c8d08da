using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Storage.V1;

/// <summary>
/// The provisioner of this cluster: a volume is a directory of one node, or a volume of its engine where the engine is
/// on another machine.
/// </summary>
public static class LocalStorage
{
    /// <summary>Its name in StorageClasses, and the driver of the volumes it makes.</summary>
    public const string Provisioner = "orchestrator.io/local";

    /// <summary>The provisioner of classes whose volumes are made by hand.</summary>
    public const string NoProvisioner = "kubernetes.io/no-provisioner";

    /// <summary>The finalizer of a volume whose node may still have to remove its directory.</summary>
    public const string DirectoryFinalizer = "orchestrator.io/local-directory";

    /// <summary>The attribute of a volume that names its node.</summary>
    public const string NodeAttribute = "node";

    /// <summary>The class that every cluster has, and that claims get which name none.</summary>
    public static StorageClass DefaultClass { get; } = new()
    {
        Metadata = new()
        {
            Name = "local",
            Annotations = new Dictionary<string, string>
            {
                ["storageclass.kubernetes.io/is-default-class"] = "true",
            },
        },
        Provisioner = Provisioner,
        ReclaimPolicy = "Delete",
        VolumeBindingMode = "WaitForFirstConsumer",
        AllowVolumeExpansion = true,
    };

    /// <summary>The volume is one of ours.</summary>
    public static bool IsOurs(PersistentVolume volume) => volume.Spec.Csi?.Driver == Provisioner;

    /// <summary>What the node calls the volume's directory.</summary>
    public static string HandleOf(PersistentVolume volume) => volume.Spec.Csi?.VolumeHandle ?? "";

    /// <summary>Why a directory cannot be called so, or null.</summary>
    public static string? FaultOf(string handle) => NameRules.DnsSubdomain(handle).FirstOrDefault();

    /// <summary>The node that holds the directory, or "".</summary>
    public static string NodeOf(PersistentVolume volume) =>
        volume.Spec.Csi?.VolumeAttributes.GetValueOrDefault(NodeAttribute) ?? "";
}
