using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>
/// Follows a volume's claim: bound while it is there, released for good when it is gone, and then kept or removed as
/// its policy says.
/// </summary>
public static class VolumeReconciler
{
    /// <summary>One look at a volume.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="found">What is stored under the name of its claim, if anything is.</param>
    /// <param name="now">The time.</param>
    public static VolumePlan Reconcile(
        PersistentVolume volume, PersistentVolumeClaim? found, DateTimeOffset now)
    {
        var (phase, spec, news, why) = Judge(volume, found);
        var next = With(volume, phase, spec, news, now);
        var isLeaving = volume.Metadata.DeletionTimestamp is not null && phase != "Bound";
        var isHeld = volume.Metadata.Finalizers.Contains(LocalStorage.DirectoryFinalizer);
        var erases = LocalStorage.IsOurs(volume) && spec.PersistentVolumeReclaimPolicy == "Delete"
            && (isLeaving ? isHeld : phase == "Released");
        List<string> unneeded = [];
        if (isLeaving && !erases)
            unneeded.AddRange([VolumeAnnotations.VolumeProtection, LocalStorage.DirectoryFinalizer]);
        var reason = new ReasonRecord(
            now, volume.Metadata.Uid ?? "", KindRegistry.KeyOf(volume).ToString(), phase, why);
        return new(next, erases ? LocalStorage.NodeOf(volume) : null,
            [.. unneeded.Intersect(volume.Metadata.Finalizers)],
            phase == volume.Status.Phase ? [] : news, phase == volume.Status.Phase ? [] : [reason]);
    }

    private static Judgement Judge(PersistentVolume volume, PersistentVolumeClaim? found)
    {
        var spec = volume.Spec;
        if (spec.ClaimRef is not { } reference) return new("Available", spec, [], "no claim has it");
        if (string.IsNullOrEmpty(reference.Uid))
            return new("Available", spec, [], $"it is kept for {reference.Namespace}/{reference.Name}");
        if (found is null || found.Metadata.Uid != reference.Uid) return Abandoned(volume);
        if (found.Spec.VolumeName == volume.Metadata.Name)
            return new("Bound", spec, [], $"{reference.Namespace}/{reference.Name} has it");
        // The claim is about to say that it has this one.
        if (string.IsNullOrEmpty(found.Spec.VolumeName))
            return new(volume.Status.Phase ?? "Pending", spec, [], "its claim has not said so yet");
        var elsewhere = $"its claim has {found.Spec.VolumeName}";
        if (IsMade(volume) && spec.PersistentVolumeReclaimPolicy == "Delete")
            return new("Released", spec, [], elsewhere);
        var let = volume.Metadata.Annotations.ContainsKey(VolumeAnnotations.BoundByController)
            ? null
            : reference with { Uid = null, ResourceVersion = null };
        return new("Available", spec with { ClaimRef = let }, [], elsewhere);
    }

    private static Judgement Abandoned(PersistentVolume volume)
    {
        const string gone = "its claim is gone";
        switch (volume.Spec.PersistentVolumeReclaimPolicy)
        {
            case "Recycle":
                return new("Failed", volume.Spec, [VolumeNews.Warning("VolumeFailedRecycle",
                    "volumes are not scrubbed for reuse by this release: set the policy Retain or Delete")], gone);
            case "Delete" when !LocalStorage.IsOurs(volume) && !IsSomeoneElses(volume):
                var name = volume.Metadata.Name;
                return new("Failed", volume.Spec, [VolumeNews.Warning("VolumeFailedDelete",
                    $"error getting deleter volume plugin for volume \"{name}\": no deletable volume plugin matched")],
                    gone);
            default:
                return new("Released", volume.Spec, [], gone);
        }
    }

    private static bool IsMade(PersistentVolume volume) =>
        volume.Metadata.Annotations.GetValueOrDefault(VolumeAnnotations.ProvisionedBy) == LocalStorage.Provisioner;

    private static bool IsSomeoneElses(PersistentVolume volume) =>
        volume.Spec.Csi is not null || volume.Metadata.Annotations.ContainsKey(VolumeAnnotations.ProvisionedBy);

    private static PersistentVolume With(
        PersistentVolume volume, string phase, PersistentVolumeSpec spec, IReadOnlyList<VolumeNews> news,
        DateTimeOffset now)
    {
        var next = volume;
        if (!ReferenceEquals(spec, volume.Spec))
        {
            next = next with
            {
                Spec = spec,
                Metadata = next.Metadata with
                {
                    Annotations = next.Metadata.Annotations
                        .Where(pair => pair.Key != VolumeAnnotations.BoundByController).ToDictionary(),
                },
            };
        }
        if (phase == volume.Status.Phase) return next;
        var trouble = phase == "Failed" && news.Count > 0 ? news[0] : null;
        return next with
        {
            Status = new()
            {
                Phase = phase,
                LastPhaseTransitionTime = now,
                Message = trouble?.Message,
                Reason = trouble?.Reason,
            },
        };
    }

    private sealed record Judgement(
        string Phase, PersistentVolumeSpec Spec, IReadOnlyList<VolumeNews> News, string Why);
}
