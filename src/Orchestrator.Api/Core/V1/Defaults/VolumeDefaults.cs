namespace Orchestrator.Api.Core.V1.Defaults;

/// <summary>Defaults of volumes: an emptyDir when no source is named, modes 0644 for files.</summary>
internal static class VolumeDefaults
{
    private const int FileMode = 420;

    public static Volume Apply(Volume volume)
    {
        if (TokenVolume.IsOwn(volume)) return volume;
        if (VolumeSources.Of(volume).Count == 0) return volume with { EmptyDir = new EmptyDirVolumeSource() };
        return Legacy(volume) with
        {
            HostPath = volume.HostPath is { } host ? host with { Type = host.Type ?? "" } : null,
            Secret = volume.Secret is { } secret ? secret with { DefaultMode = secret.DefaultMode ?? FileMode } : null,
            ConfigMap = volume.ConfigMap is { } config
                ? config with { DefaultMode = config.DefaultMode ?? FileMode }
                : null,
            DownwardAPI = volume.DownwardAPI is { } downward
                ? downward with { DefaultMode = downward.DefaultMode ?? FileMode, Items = Of(downward.Items) }
                : null,
            Projected = volume.Projected is { } projected
                ? projected with
                {
                    DefaultMode = projected.DefaultMode ?? FileMode,
                    Sources = [.. projected.Sources.Select(Of)],
                }
                : null,
            Image = volume.Image is { } image
                ? image with { PullPolicy = image.PullPolicy ?? ContainerDefaults.PullPolicyOf(image.Reference) }
                : null,
            Ephemeral = volume.Ephemeral is { VolumeClaimTemplate: { Spec: { } spec } template }
                ? new()
                {
                    VolumeClaimTemplate =
                        template with { Spec = spec with { VolumeMode = spec.VolumeMode ?? "Filesystem" } }
                }
                : volume.Ephemeral,
        };
    }

    private static Volume Legacy(Volume volume) => volume with
    {
        Iscsi = volume.Iscsi is { } iscsi ? iscsi with { IscsiInterface = iscsi.IscsiInterface ?? "default" } : null,
        Rbd = volume.Rbd is { } rbd
            ? rbd with
            {
                Pool = rbd.Pool ?? "rbd",
                User = rbd.User ?? "admin",
                Keyring = rbd.Keyring ?? "/etc/ceph/keyring"
            }
            : null,
        AzureDisk = volume.AzureDisk is { } disk
            ? disk with
            {
                CachingMode = disk.CachingMode ?? "ReadWrite",
                Kind = disk.Kind ?? "Shared",
                FsType = disk.FsType ?? "ext4",
                ReadOnly = disk.ReadOnly ?? false,
            }
            : null,
        ScaleIO = volume.ScaleIO is { } scale
            ? scale with { StorageMode = scale.StorageMode ?? "ThinProvisioned", FsType = scale.FsType ?? "xfs" }
            : null,
    };

    private static VolumeProjection Of(VolumeProjection source) => source with
    {
        DownwardAPI = source.DownwardAPI is { } downward ? downward with { Items = Of(downward.Items) } : null,
        ServiceAccountToken = source.ServiceAccountToken is { } token
            ? token with { ExpirationSeconds = token.ExpirationSeconds ?? 3600 }
            : null,
    };

    private static IReadOnlyList<DownwardAPIVolumeFile> Of(IReadOnlyList<DownwardAPIVolumeFile> files) =>
    [
        .. files.Select(file => file with
        {
            FieldRef = ContainerDefaults.Of(file.FieldRef),
            ResourceFieldRef = ContainerDefaults.Of(file.ResourceFieldRef),
        }),
    ];
}
