using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The host name a pod's containers see.</summary>
public static class PodHostname
{
    /// <summary>Where containers read it.</summary>
    public const string Target = "/etc/hostname";

    /// <summary>The file that is mounted there: a sandbox may have been made before its pod was known.</summary>
    public const string FileName = "etc-hostname";

    private const int LengthMax = 63;
    private const int KernelLengthMax = 64;
    private const string ClusterDomain = "cluster.local";

    /// <summary>spec.hostname, else the pod's name; cut to what a host name may be.</summary>
    public static string Of(Pod pod)
    {
        var name = string.IsNullOrEmpty(pod.Spec.Hostname) ? pod.Metadata.Name ?? "" : pod.Spec.Hostname;
        return name.Length <= LengthMax ? name : name[..LengthMax].TrimEnd('-', '.');
    }

    /// <summary>The text of the file.</summary>
    public static string Text(Pod pod) => $"{InKernel(pod)}\n";

    /// <summary>The whole name, of a pod with a subdomain; else null.</summary>
    public static string? FullOf(Pod pod) => string.IsNullOrEmpty(pod.Spec.Subdomain)
        ? null
        : $"{Of(pod)}.{pod.Spec.Subdomain}.{pod.Metadata.Namespace}.svc.{ClusterDomain}";

    /// <summary>What <c>hostname</c> says inside.</summary>
    /// <exception cref="ContainerConfigException">The whole name is asked for, and is longer than a kernel
    /// takes.</exception>
    public static string InKernel(Pod pod)
    {
        if (pod.Spec.SetHostnameAsFQDN != true || FullOf(pod) is not { } full) return Of(pod);
        return full.Length <= KernelLengthMax
            ? full
            : throw new ContainerConfigException($"Failed to construct FQDN from pod hostname and cluster domain, FQDN "
                + $"{full} is too long ({KernelLengthMax} characters is the max, {full.Length} characters requested)");
    }
}
