using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Defaults;

/// <summary>
/// What a pod, or the template of one, gets where the user says nothing. Doing it twice changes nothing.
/// </summary>
internal static class PodDefaults
{
    /// <summary>
    /// Defaults of a pod: those of a template, and those that would make templates differ between releases.
    /// </summary>
    public static Pod Apply(Pod pod)
    {
        var spec = Apply(pod.Spec);
        return pod with
        {
            Spec = spec with
            {
                EnableServiceLinks = spec.EnableServiceLinks ?? true,
                Containers = [.. spec.Containers.Select(c => OfPodOnly(c, spec.HostNetwork))],
                InitContainers = [.. spec.InitContainers.Select(c => OfPodOnly(c, spec.HostNetwork))],
            },
        };
    }

    /// <summary>Defaults of a template.</summary>
    public static PodTemplateSpec Apply(PodTemplateSpec template) => template with { Spec = Apply(template.Spec) };

    private static PodSpec Apply(PodSpec spec)
    {
        // The older name of the account mirrors the newer one; whichever is set decides.
        var account = Or(spec.ServiceAccountName, spec.ServiceAccount);
        return spec with
        {
            RestartPolicy = Or(spec.RestartPolicy, "Always"),
            DnsPolicy = Or(spec.DnsPolicy, "ClusterFirst"),
            TerminationGracePeriodSeconds = spec.TerminationGracePeriodSeconds ?? 30,
            SchedulerName = Or(spec.SchedulerName, "default-scheduler"),
            SecurityContext = spec.SecurityContext ?? new PodSecurityContext(),
            ServiceAccountName = account,
            ServiceAccount = account,
            Volumes = [.. spec.Volumes.Select(VolumeDefaults.Apply)],
            Containers = [.. spec.Containers.Select(ContainerDefaults.Apply)],
            InitContainers = [.. spec.InitContainers.Select(ContainerDefaults.Apply)],
            EphemeralContainers = [.. spec.EphemeralContainers.Select(ContainerDefaults.Apply)],
            Overhead = ContainerDefaults.Rounded(spec.Overhead),
        };
    }

    private static Container OfPodOnly(Container container, bool hostNetwork)
    {
        var resources = container.Resources ?? new ResourceRequirements();
        var missing = resources.Limits.Where(limit => !resources.Requests.ContainsKey(limit.Key)).ToList();
        var requests = missing.Count == 0
            ? resources.Requests
            : new Dictionary<string, Quantity>(resources.Requests.Concat(missing), StringComparer.Ordinal);
        return container with
        {
            Resources = resources with { Requests = requests },
            Ports = !hostNetwork
                ? container.Ports
                : [.. container.Ports.Select(p => p.HostPort == 0 ? p with { HostPort = p.ContainerPortValue } : p)],
        };
    }

    private static string? Or(string? value, string? fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
