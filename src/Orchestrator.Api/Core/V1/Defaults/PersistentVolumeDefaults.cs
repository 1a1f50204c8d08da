namespace Orchestrator.Api.Core.V1.Defaults;

/// <summary>What volumes and claims get where the user says nothing.</summary>
internal static class PersistentVolumeDefaults
{
    private const string Files = "Filesystem";

    public static PersistentVolume Apply(PersistentVolume volume) => volume with
    {
        Spec = Sources(volume.Spec) with
        {
            PersistentVolumeReclaimPolicy = Or(volume.Spec.PersistentVolumeReclaimPolicy, "Retain"),
            VolumeMode = volume.Spec.VolumeMode ?? Files,
        },
        Status = volume.Status with { Phase = Or(volume.Status.Phase, "Pending") },
    };

    public static PersistentVolumeClaim Apply(PersistentVolumeClaim claim)
    {
        var (spec, source, reference) = (claim.Spec, claim.Spec.DataSource, claim.Spec.DataSourceRef);
        // The older field and the newer one name one source, unless it is in another namespace.
        if (source is not null && reference is null)
            reference = new() { ApiGroup = source.ApiGroup, Kind = source.Kind, Name = source.Name };
        else if (source is null && reference is { Namespace: null or "" })
            source = new() { ApiGroup = reference.ApiGroup, Kind = reference.Kind, Name = reference.Name };
        return claim with
        {
            Spec = spec with
            {
                VolumeMode = spec.VolumeMode ?? Files,
                Resources = spec.Resources ?? new(),
                DataSource = source,
                DataSourceRef = reference,
            },
            Status = claim.Status with { Phase = Or(claim.Status.Phase, "Pending") },
        };
    }

    private static PersistentVolumeSpec Sources(PersistentVolumeSpec spec) => spec with
    {
        HostPath = spec.HostPath is { } host ? host with { Type = host.Type ?? "" } : null,
        Rbd = spec.Rbd is { } rbd
            ? rbd with
            {
                Pool = Or(rbd.Pool, "rbd"),
                User = Or(rbd.User, "admin"),
                Keyring = Or(rbd.Keyring, "/etc/ceph/keyring"),
            }
            : null,
        Iscsi = spec.Iscsi is { } iscsi
            ? iscsi with { IscsiInterface = Or(iscsi.IscsiInterface, "default") }
            : null,
        AzureDisk = spec.AzureDisk is { } disk
            ? disk with
            {
                CachingMode = disk.CachingMode ?? "ReadWrite",
                Kind = disk.Kind ?? "Shared",
                FsType = disk.FsType ?? "ext4",
                ReadOnly = disk.ReadOnly ?? false,
            }
            : null,
        ScaleIO = spec.ScaleIO is { } scale
            ? scale with
            {
                StorageMode = Or(scale.StorageMode, "ThinProvisioned"),
                FsType = Or(scale.FsType, "xfs"),
            }
            : null,
    };

    private static string Or(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
