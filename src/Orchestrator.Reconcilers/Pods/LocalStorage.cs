using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// What a pod may take of its node's disk, and what is said of one that has taken more. Example: containers with limits
/// of 1Mi and none, an emptyDir with a sizeLimit of 1Mi → the volume may hold 1Mi, the first container may write 1Mi
/// beside it, and all that the pod writes may be 1Mi.
/// </summary>
public static class LocalStorage
{
    private const string Resource = "ephemeral-storage";

    /// <summary>It is to be measured.</summary>
    public static bool IsLimited(Pod pod) =>
        (LimitsContainers(pod.Spec) || EmptyDirSizes.Limited(pod.Spec).Any()) && !PodEviction.IsExempt(pod);

    /// <summary>What its containers write beside their volumes is to be measured.</summary>
    public static bool LimitsContainers(PodSpec spec) =>
        spec.Containers.Any(IsLimited) || spec.InitContainers.Any(IsLimited);

    /// <summary>The volumes that are to be measured.</summary>
    public static IEnumerable<Volume> Counted(PodSpec spec)
    {
        var limited = EmptyDirSizes.Limited(spec);
        return LimitsContainers(spec) ? spec.Volumes.Where(IsOnDisk).Union(limited) : limited;
    }

    /// <summary>The same of several pods.</summary>
    public static IEnumerable<(Pod Pod, Volume Volume)> Counted(IEnumerable<Pod> pods) =>
        pods.SelectMany(pod => Counted(pod.Spec).Select(volume => (pod, volume)));

    /// <summary>Why the node puts the pod out, in the words of the reference and in its order; null while it keeps to
    /// its limits.</summary>
    public static string? Excess(PodSpec spec, StorageUsage usage) =>
        EmptyDirSizes.Excess(spec, usage.Volumes)
        ?? (LimitsContainers(spec) ? ExcessOfPod(spec, usage) ?? ExcessOfContainer(spec, usage) : null);

    // A limit of one container bounds the whole pod when the others have none.
    private static string? ExcessOfPod(PodSpec spec, StorageUsage usage)
    {
        var limit = PodResources.Limits(spec)[Resource];
        var inVolumes = spec.Volumes.Where(IsOnDisk).Sum(volume => usage.Volumes.GetValueOrDefault(volume.Name));
        return Quantity.FromBytes(usage.Containers.Values.Sum() + inVolumes) > limit
            ? $"Pod ephemeral local storage usage exceeds the total limit of containers {limit}. "
            : null;
    }

    private static string? ExcessOfContainer(PodSpec spec, StorageUsage usage) =>
        spec.Containers.FirstOrDefault(container => LimitOf(container) > Quantity.Zero
            && Quantity.FromBytes(usage.Containers.GetValueOrDefault(container.Name)) > LimitOf(container))
            is { } full
            ? $"Container {full.Name} exceeded its local ephemeral storage limit \"{LimitOf(full)}\". "
            : null;

    // Files of Secrets, tokens and the downward API are not counted, as they are in memory elsewhere.
    private static bool IsOnDisk(Volume volume) =>
        volume.ConfigMap is not null || volume.EmptyDir is { Medium: null or "" };

    private static bool IsLimited(Container container) => container.Resources?.Limits.ContainsKey(Resource) == true;

    private static Quantity LimitOf(Container container) =>
        container.Resources?.Limits.GetValueOrDefault(Resource) ?? Quantity.Zero;
}
