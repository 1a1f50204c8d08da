namespace Orchestrator.Api.Core.V1;

/// <summary>Which claim is behind a volume of a pod.</summary>
public static class ClaimNames
{
    /// <summary>The name of the claim, in the pod's namespace; null for a volume of another sort.</summary>
    public static string? Of(Pod pod, Volume volume) =>
        volume.Ephemeral is not null ? OfPodsOwn(pod, volume) : volume.PersistentVolumeClaim?.ClaimName;

    /// <summary>The claim that is made for a volume of this pod alone.</summary>
    public static string OfPodsOwn(Pod pod, Volume volume) => $"{pod.Metadata.Name}-{volume.Name}";
}
