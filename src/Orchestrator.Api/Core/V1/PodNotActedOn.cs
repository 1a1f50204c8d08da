namespace Orchestrator.Api.Core.V1;

/// <summary>
/// Fields of a pod that are known and stored but that this release does not act on. One list for pods and for the
/// templates of their controllers.
/// </summary>
public static class PodNotActedOn
{
    private static readonly string[] OfContainer =
    [
        "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "volumeDevices", "resizePolicy",
        "resources.claims", "volumeMounts[].subPathExpr", "volumeMounts[].mountPropagation=HostToContainer",
        "volumeMounts[].mountPropagation=Bidirectional", "volumeMounts[].recursiveReadOnly",
        "securityContext.seccompProfile", "securityContext.appArmorProfile", "securityContext.seLinuxOptions",
        "securityContext.windowsOptions", "securityContext.procMount=Unmasked",
    ];

    private static readonly string[] OfPod =
    [
        "activeDeadlineSeconds", "affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution",
        "affinity.podAffinity", "affinity.podAntiAffinity", "automountServiceAccountToken=true", "dnsConfig",
        "dnsPolicy=None", "dnsPolicy=ClusterFirstWithHostNet", "hostUsers=false",
        "os.name=windows", "preemptionPolicy=Never", "priorityClassName", "readinessGates",
        "resourceClaims", "resources", "runtimeClassName", "securityContext.appArmorProfile", "securityContext.fsGroup",
        "securityContext.fsGroupChangePolicy", "securityContext.seLinuxChangePolicy", "securityContext.seLinuxOptions",
        "securityContext.seccompProfile", "securityContext.supplementalGroupsPolicy", "securityContext.sysctls",
        "securityContext.windowsOptions", "setHostnameAsFQDN", "subdomain", "topologySpreadConstraints",
        "volumes[].emptyDir.sizeLimit", "volumes[].projected.sources[].clusterTrustBundle",
        "volumes[].projected.sources[].serviceAccountToken",
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
