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
        spec = spec with
        {
            EnableServiceLinks = spec.EnableServiceLinks ?? true,
            Containers = [.. spec.Containers.Select(c => OfPodOnly(c, spec.HostNetwork))],
            InitContainers = [.. spec.InitContainers.Select(c => OfPodOnly(c, spec.HostNetwork))],
        };
        return pod with { Spec = spec with { Resources = OfWhole(spec) } };
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
            Resources = spec.Resources is not { } whole ? null : whole with
            {
                Requests = ContainerDefaults.Rounded(whole.Requests),
                Limits = ContainerDefaults.Rounded(whole.Limits),
            },
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

    // Only where the pod says something of itself as a whole already. Who asks for nothing of what its containers ask
    // for asks for their sum; else for as much as it may have.
    private static ResourceRequirements? OfWhole(PodSpec spec)
    {
        if (spec.Resources is not { Limits.Count: > 0 } whole) return spec.Resources;
        var limits = new Dictionary<string, Quantity>(whole.Limits, StringComparer.Ordinal);
        foreach (var (name, sum) in PodResources.LimitsOfContainers(spec))
        {
            if (HugePageSize.IsResource(name) && !whole.Requests.ContainsKey(name)) limits.TryAdd(name, sum);
        }
        var requests = new Dictionary<string, Quantity>(whole.Requests, StringComparer.Ordinal);
        foreach (var (name, sum) in PodResources.RequestsOfContainers(spec))
        {
            if (PodResources.OfPods.Contains(name)) requests.TryAdd(name, sum);
        }
        foreach (var (name, limit) in limits.Where(pair => PodResources.IsOfPods(pair.Key)))
            requests.TryAdd(name, limit);
        return whole with { Limits = limits, Requests = requests };
    }

    private static string? Or(string? value, string? fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
