using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>
/// Claims that are made from templates in a pod, called after the pod and the volume, and owned by the pod: they go
/// when it goes. A claim of that name that is not the pod's is never used by it.
/// </summary>
public static class PodOwnClaims
{
    private const string Component = "ephemeral_volume";

    /// <summary>The pod has such volumes.</summary>
    public static bool Has(Pod pod)
    {
        foreach (var volume in pod.Spec.Volumes)
        {
            if (volume.Ephemeral is not null) return true;
        }
        return false;
    }

    /// <summary>One look at a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="find">Claims of its namespace by their names.</param>
    public static PodOwnClaimPlan Plan(Pod pod, Func<string, PersistentVolumeClaim?> find)
    {
        if (!Has(pod)) return PodOwnClaimPlan.None;
        if (pod.Metadata.DeletionTimestamp is not null || pod.Status.Phase is "Succeeded" or "Failed")
            return PodOwnClaimPlan.None;
        List<PersistentVolumeClaim> missing = [];
        List<VolumeNews> news = [];
        foreach (var volume in pod.Spec.Volumes.Where(volume => volume.Ephemeral is not null))
        {
            if (find(ClaimNames.OfPodsOwn(pod, volume)) is not { } claim) missing.Add(For(pod, volume));
            else if (Fault(pod, volume, claim) is { } fault) news.Add(Trouble(volume.Name, fault));
        }
        return new(missing, news);
    }

    /// <summary>Why the pod may not use the claim that its volume stands for, or null.</summary>
    public static string? Fault(Pod pod, Volume volume, PersistentVolumeClaim claim) =>
        volume.Ephemeral is null || Owners.IsControlledBy(claim, pod.Metadata.Uid)
            ? null
            : $"PVC {claim.Metadata.Namespace}/{claim.Metadata.Name} was not created for pod "
                + $"{pod.Metadata.Namespace}/{pod.Metadata.Name} (pod is not owner)";

    /// <summary>What is said when the claim cannot be made.</summary>
    public static VolumeNews Refused(Pod pod, PersistentVolumeClaim claim, string why)
    {
        var volume = pod.Spec.Volumes.First(
            volume => volume.Ephemeral is not null && ClaimNames.OfPodsOwn(pod, volume) == claim.Metadata.Name);
        return Trouble(volume.Name, $"create PVC {claim.Metadata.Name}: {why}");
    }

    private static VolumeNews Trouble(string volume, string why) =>
        VolumeNews.Warning("FailedBinding", $"ephemeral volume {volume}: {why}", Component);

    private static PersistentVolumeClaim For(Pod pod, Volume volume)
    {
        var template = volume.Ephemeral!.VolumeClaimTemplate ?? new();
        return new()
        {
            Metadata = new()
            {
                Name = ClaimNames.OfPodsOwn(pod, volume),
                Namespace = pod.Metadata.Namespace,
                Labels = template.Metadata.Labels,
                Annotations = template.Metadata.Annotations,
                OwnerReferences = [Owners.ControllerReference(pod)],
            },
            Spec = template.Spec ?? new(),
        };
    }
}
