using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>How volumes and claims are printed.</summary>
internal static class PersistentVolumeColumns
{
    private const string Unset = "<unset>";
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    public static IReadOnlyList<Column<PersistentVolume>> All { get; } =
    [
        Cells.Name<PersistentVolume>(),
        new("Capacity", "string", (volume, _) => Storage(volume.Spec.Capacity)),
        new("Access Modes", "string", (volume, _) => Cells.AccessModes(volume.Spec.AccessModes)),
        new("Reclaim Policy", "string", (volume, _) => volume.Spec.PersistentVolumeReclaimPolicy ?? ""),
        new("Status", "string", (volume, _) => Phase(volume, volume.Status.Phase)),
        new("Claim", "string", (volume, _) =>
            volume.Spec.ClaimRef is { } claim ? $"{claim.Namespace}/{claim.Name}" : ""),
        new("StorageClass", "string", (volume, _) => Class(volume, volume.Spec.StorageClassName)),
        new("VolumeAttributesClass", "string", (volume, _) => volume.Spec.VolumeAttributesClassName ?? Unset),
        new("Reason", "string", (volume, _) => volume.Status.Reason ?? ""),
        Cells.Age<PersistentVolume>(),
        new("VolumeMode", "string", (volume, _) => volume.Spec.VolumeMode ?? Unset, IsWide: true),
    ];

    public static IReadOnlyList<Column<PersistentVolumeClaim>> OfClaims { get; } =
    [
        Cells.Name<PersistentVolumeClaim>(),
        new("Status", "string", (claim, _) => Phase(claim, claim.Status.Phase)),
        new("Volume", "string", (claim, _) => claim.Spec.VolumeName ?? ""),
        new("Capacity", "string", (claim, _) => HasVolume(claim) ? Storage(claim.Status.Capacity) : ""),
        new("Access Modes", "string", (claim, _) =>
            HasVolume(claim) ? Cells.AccessModes(claim.Status.AccessModes) : ""),
        new("StorageClass", "string", (claim, _) => Class(claim, claim.Spec.StorageClassName)),
        new("VolumeAttributesClass", "string", (claim, _) => claim.Spec.VolumeAttributesClassName ?? Unset),
        Cells.Age<PersistentVolumeClaim>(),
        new("VolumeMode", "string", (claim, _) => claim.Spec.VolumeMode ?? Unset, IsWide: true),
    ];

    private static bool HasVolume(PersistentVolumeClaim claim) => !string.IsNullOrEmpty(claim.Spec.VolumeName);

    private static string Phase(ApiObject obj, string? phase) =>
        obj.Metadata.DeletionTimestamp is null ? phase ?? "" : "Terminating";

    private static string Class(ApiObject obj, string? name) =>
        obj.Metadata.Annotations.GetValueOrDefault(ClassAnnotation) ?? name ?? "";

    private static string Storage(IReadOnlyDictionary<string, Quantity> amounts) =>
        amounts.GetValueOrDefault("storage").ToString();
}
