using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Nodes.Volumes;

/// <summary>What is behind a claim that a pod names.</summary>
/// <param name="Name">What the pod calls it.</param>
/// <param name="Volume">The volume the claim is bound to.</param>
/// <param name="IsReadOnly">No container of the pod may write to it.</param>
internal sealed record ClaimedVolume(string Name, PersistentVolume Volume, bool IsReadOnly)
{
    /// <summary>What the provisioner of the cluster calls its directory; null for a volume made by a user.</summary>
    public string? Handle => LocalStorage.IsOurs(Volume) ? LocalStorage.HandleOf(Volume) : null;

    /// <summary>The path of a volume made by a user.</summary>
    public HostPathVolumeSource? Path => Volume.Spec.HostPath
        ?? (Volume.Spec.Local is { } local ? new() { Path = local.Path } : null);

    /// <summary>All claims of the pod.</summary>
    /// <exception cref="VolumeException">One is not bound, or its volume is not to be had here.</exception>
    public static IReadOnlyList<ClaimedVolume> Of(PodOnNode facts, INodeInputs inputs) =>
    [
        .. from volume in facts.Pod.Spec.Volumes
           let claim = ClaimNames.Of(facts.Pod, volume)
           where claim is not null
           select Find(facts.Pod, volume, claim, inputs),
    ];

    private static ClaimedVolume Find(Pod pod, Volume asked, string claimName, INodeInputs inputs)
    {
        var (ns, name) = (pod.Metadata.Namespace ?? "", asked.Name);
        var claim = inputs.FindClaim(ns, claimName)
            ?? throw new VolumeException(name,
                $"error processing PVC {ns}/{claimName}: failed to fetch PVC from API server: "
                + $"persistentvolumeclaims \"{claimName}\" not found");
        if (PodOwnClaims.Fault(pod, asked, claim) is { } foreign) throw new VolumeException(name, foreign);
        if (claim.Status.Phase != "Bound" || claim.Spec.VolumeName is not { Length: > 0 } volumeName)
            throw new VolumeException(name, $"error processing PVC {ns}/{claimName}: PVC is not bound");
        var volume = inputs.FindVolume(volumeName)
            ?? throw new VolumeException(name,
                $"error processing PVC {ns}/{claimName}: persistentvolumes \"{volumeName}\" not found");
        if (volume.Spec.ClaimRef?.Uid != claim.Metadata.Uid)
        {
            throw new VolumeException(name,
                $"error processing PVC {ns}/{claimName}: volume {volumeName} is not bound to it");
        }
        if (inputs.FindNode() is { } node && !VolumeMatch.IsReachable(volume, node))
            throw new VolumeException(volumeName, "NodeAffinity check failed: no matching NodeSelectorTerms");
        return Supported(new(name, volume,
            asked.PersistentVolumeClaim?.ReadOnly == true || volume.Spec.Csi?.ReadOnly == true));
    }

    private static ClaimedVolume Supported(ClaimedVolume claimed)
    {
        var name = claimed.Volume.Metadata.Name ?? "";
        if (claimed.Volume.Spec.VolumeMode == "Block")
            throw new VolumeException(name, "volumes of mode Block are not supported; use Filesystem");
        if (claimed.Handle is { } handle && LocalStorage.FaultOf(handle) is { } fault)
            throw new VolumeException(name, $"volumeHandle \"{handle}\" cannot be the name of a directory: {fault}");
        return claimed.Handle is null && claimed.Path is null
            ? throw new VolumeException(name,
                "this sort of volume is not supported; use hostPath, local, or a class of provisioner "
                + LocalStorage.Provisioner)
            : claimed;
    }
}
