using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What a pod gets from its service account when it is created.</summary>
public static class AccountAdmission
{
    private const string Default = "default";
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>The account a pod acts under, by either of the names the field has.</summary>
    public static string AccountOf(Pod pod)
    {
        var named = string.IsNullOrEmpty(pod.Spec.ServiceAccountName)
            ? pod.Spec.ServiceAccount
            : pod.Spec.ServiceAccountName;
        return string.IsNullOrEmpty(named) ? Default : named;
    }

    /// <summary>
    /// The pod with a token mounted into each of its containers, unless it or its account is against it.
    /// </summary>
    /// <param name="pod">The pod as it was sent.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="account">Its account, if it is there. The one called default is made with every namespace, so that
    /// it may only be late.</param>
    /// <exception cref="ApiException">403: there is no such account.</exception>
    public static Pod Apply(Pod pod, string ns, ServiceAccount? account)
    {
        var name = AccountOf(pod);
        if (pod.Metadata.Annotations.ContainsKey(MirrorAnnotation)) return pod;
        if (account is null && name != Default)
        {
            throw ApiException.Forbidden(Pod.Kind, pod.Metadata.Name ?? "",
                $"error looking up service account {ns}/{name}: serviceaccount \"{name}\" not found");
        }
        var wants = pod.Spec.AutomountServiceAccountToken ?? account?.AutomountServiceAccountToken ?? true;
        return wants ? Mounted(pod, ns, name) : pod;
    }

    private static Pod Mounted(Pod pod, string ns, string account)
    {
        var spec = pod.Spec;
        if (spec.InitContainers.Concat(spec.Containers).All(HasMount)) return pod;
        var present = spec.Volumes.FirstOrDefault(
            volume => volume.Name.StartsWith(TokenVolume.Prefix, StringComparison.Ordinal));
        var volume = present ?? TokenVolume.Of(ns, account);
        var mount = new VolumeMount { Name = volume.Name, ReadOnly = true, MountPath = MountPath };
        return pod with
        {
            Spec = spec with
            {
                Volumes = present is null ? [.. spec.Volumes, volume] : spec.Volumes,
                InitContainers = [.. spec.InitContainers.Select(With)],
                Containers = [.. spec.Containers.Select(With)],
            },
        };

        Container With(Container container) =>
            HasMount(container) ? container : container with { VolumeMounts = [.. container.VolumeMounts, mount] };
    }

    private static bool HasMount(Container container) =>
        container.VolumeMounts.Any(mount => mount.MountPath == MountPath);
}
