namespace Orchestrator.Api.Core.V1;

/// <summary>Which of the many sources of a volume are named.</summary>
public static class VolumeSources
{
    // In the order the reference looks at them: the first is taken, each further one is an error at its own field.
    private static readonly (string Name, Func<Volume, object?> Read)[] All =
    [
        ("emptyDir", v => v.EmptyDir), ("hostPath", v => v.HostPath), ("gitRepo", v => v.GitRepo),
        ("gcePersistentDisk", v => v.GcePersistentDisk), ("awsElasticBlockStore", v => v.AwsElasticBlockStore),
        ("secret", v => v.Secret), ("nfs", v => v.Nfs), ("iscsi", v => v.Iscsi), ("glusterfs", v => v.Glusterfs),
        ("flocker", v => v.Flocker), ("persistentVolumeClaim", v => v.PersistentVolumeClaim), ("rbd", v => v.Rbd),
        ("cinder", v => v.Cinder), ("cephfs", v => v.Cephfs), ("quobyte", v => v.Quobyte),
        ("downwardAPI", v => v.DownwardAPI), ("fc", v => v.Fc), ("flexVolume", v => v.FlexVolume),
        ("configMap", v => v.ConfigMap), ("azureFile", v => v.AzureFile), ("vsphereVolume", v => v.VsphereVolume),
        ("photonPersistentDisk", v => v.PhotonPersistentDisk), ("portworxVolume", v => v.PortworxVolume),
        ("azureDisk", v => v.AzureDisk), ("storageos", v => v.Storageos), ("projected", v => v.Projected),
        ("scaleIO", v => v.ScaleIO), ("csi", v => v.Csi), ("ephemeral", v => v.Ephemeral), ("image", v => v.Image),
    ];

    /// <summary>The JSON names of the sources this release mounts.</summary>
    public static IReadOnlyList<string> Mounted { get; } =
    [
        "emptyDir", "hostPath", "configMap", "secret", "downwardAPI", "projected", "persistentVolumeClaim", "ephemeral",
    ];

    /// <summary>The JSON names of all sources.</summary>
    public static IEnumerable<string> Names => All.Select(source => source.Name);

    /// <summary>The JSON names of the sources the volume names; one, when it is valid.</summary>
    public static IReadOnlyList<string> Of(Volume volume) =>
        [.. All.Where(source => source.Read(volume) is not null).Select(source => source.Name)];
}
