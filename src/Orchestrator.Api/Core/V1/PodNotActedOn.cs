namespace Orchestrator.Api.Core.V1;

/// <summary>
/// Fields of a pod that are known and stored but that this release does not act on. One list for pods and for the
/// templates of their controllers.
/// </summary>
public static class PodNotActedOn
{
    private static readonly string[] OfContainer =
    [
        "volumeDevices", "resources.claims", "securityContext.windowsOptions",
    ];

    private static readonly string[] OfPod =
    [
        "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution",
        "affinity.podAffinity", "affinity.podAntiAffinity",
        "os.name=windows", "preemptionPolicy=Never", "priorityClassName",
        "resourceClaims", "securityContext.seLinuxChangePolicy",
        "securityContext.windowsOptions", "topologySpreadConstraints",
        "volumes[].projected.sources[].clusterTrustBundle",
    ];

    /// <summary>The paths, below <c>spec.</c> of a pod or <c>spec.template.spec.</c> of a controller.</summary>
    public static IReadOnlyList<string> Below(string prefix) =>
    [
        .. OfContainer.Select(path => $"{prefix}containers[].{path}"),
        .. OfContainer.Select(path => $"{prefix}initContainers[].{path}"),
        .. OfContainer.Select(path => $"{prefix}ephemeralContainers[].{path}"),
        .. OfPod.Select(path => prefix + path),
        .. VolumeSources.Names.Except(VolumeSources.Mounted).Select(source => $"{prefix}volumes[].{source}"),
    ];
}
