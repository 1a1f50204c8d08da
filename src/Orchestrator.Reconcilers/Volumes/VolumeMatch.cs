using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.Reconcilers.Scheduling;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>Which volume goes with which claim.</summary>
public static class VolumeMatch
{
    /// <summary>
    /// The volume that is kept for the claim; else, of those that are free and fit, the one with the fewest access
    /// modes, then the smallest, then the first by name. Null when there is none.
    /// </summary>
    /// <param name="claim">An unbound claim.</param>
    /// <param name="volumes">All volumes.</param>
    /// <param name="node">Where it is to be used; null when that does not matter yet.</param>
    /// <param name="onlyKept">Free volumes are not to be taken now.</param>
    public static PersistentVolume? Best(
        PersistentVolumeClaim claim, IEnumerable<PersistentVolume> volumes, Node? node, bool onlyKept = false)
    {
        PersistentVolume? best = null;
        foreach (var volume in volumes)
        {
            if (!CanHold(volume, claim)) continue;
            if (IsKeptFor(volume, claim)) return node is null || IsReachable(volume, node) ? volume : null;
            if (onlyKept || !IsFree(volume, claim) || (node is not null && !IsReachable(volume, node))) continue;
            if (best is null || Compare(volume, best) < 0) best = volume;
        }
        return best;
    }

    /// <summary>Why the claim cannot have the volume it names, or null. The texts are the reference's.</summary>
    public static string? Mismatch(PersistentVolumeClaim claim, PersistentVolume volume)
    {
        if (volume.Metadata.DeletionTimestamp is not null)
            return $"the volume is marked for deletion \"{volume.Metadata.Name}\"";
        if (Capacity(volume) < ClaimGrowth.Requested(claim)) return "requested PV is too small";
        if (ClaimClasses.Of(volume) != ClaimClasses.Of(claim)) return "storageClassName does not match";
        if (ModeOf(volume.Spec.VolumeMode) != ModeOf(claim.Spec.VolumeMode)) return "incompatible volumeMode";
        return HasModes(volume, claim) ? null : "incompatible accessMode";
    }

    /// <summary>The volume's claim is this one, whether or not it says which of that name.</summary>
    public static bool IsKeptFor(PersistentVolume volume, PersistentVolumeClaim claim) =>
        volume.Spec.ClaimRef is { } reference
        && reference.Name == claim.Metadata.Name && reference.Namespace == claim.Metadata.Namespace
        && (string.IsNullOrEmpty(reference.Uid) || reference.Uid == claim.Metadata.Uid);

    /// <summary>The node is one of those that have the volume.</summary>
    public static bool IsReachable(PersistentVolume volume, Node node) =>
        volume.Spec.NodeAffinity?.Required is not { } required
        || required.NodeSelectorTerms.Any(term => NodeMatch.Meets(term, node));

    /// <summary>How large the volume is.</summary>
    public static Quantity Capacity(PersistentVolume volume) => volume.Spec.Capacity.GetValueOrDefault("storage");

    private static bool CanHold(PersistentVolume volume, PersistentVolumeClaim claim) =>
        volume.Metadata.DeletionTimestamp is null
        && (volume.Spec.ClaimRef is null || IsKeptFor(volume, claim))
        && Capacity(volume) >= ClaimGrowth.Requested(claim)
        && ModeOf(volume.Spec.VolumeMode) == ModeOf(claim.Spec.VolumeMode)
        && HasModes(volume, claim);

    private static bool IsFree(PersistentVolume volume, PersistentVolumeClaim claim) =>
        volume.Status.Phase == "Available"
        && ClaimClasses.Of(volume) == ClaimClasses.Of(claim)
        && (claim.Spec.Selector is not { } selector || LabelSelectors.Matches(selector, volume.Metadata.Labels));

    private static bool HasModes(PersistentVolume volume, PersistentVolumeClaim claim) =>
        claim.Spec.AccessModes.All(volume.Spec.AccessModes.Contains);

    private static string ModeOf(string? mode) => string.IsNullOrEmpty(mode) ? "Filesystem" : mode;

    private static int Compare(PersistentVolume a, PersistentVolume b)
    {
        var modes = a.Spec.AccessModes.Count.CompareTo(b.Spec.AccessModes.Count);
        if (modes != 0) return modes;
        var size = Capacity(a).CompareTo(Capacity(b));
        return size != 0 ? size : string.CompareOrdinal(a.Metadata.Name, b.Metadata.Name);
    }
}
