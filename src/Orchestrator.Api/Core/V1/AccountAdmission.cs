using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>What a pod gets from its service account when it is created.</summary>
public static class AccountAdmission
{
    private const string Default = "default";
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

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
        if (MirrorPods.IsMirror(pod)) return pod;
        if (account is null && name != Default)
        {
            throw ApiException.Forbidden(Pod.Kind, pod.Metadata.Name ?? "",
                $"error looking up service account {ns}/{name}: serviceaccount \"{name}\" not found");
        }
        var wants = pod.Spec.AutomountServiceAccountToken ?? account?.AutomountServiceAccountToken ?? true;
        return wants ? Mounted(pod, ns, name) : pod;
    }

    /// <summary>
    /// The pod with the pull secrets of its account. One that names secrets of its own gets none, as in the reference,
    /// and neither does the mirror of a pod that its node has from a file.
    /// </summary>
    public static Pod WithPullSecrets(Pod pod, ServiceAccount? account)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return account is not { ImagePullSecrets: { Count: > 0 } secrets } || pod.Spec.ImagePullSecrets.Count > 0
            || MirrorPods.IsMirror(pod)
            ? pod
            : pod with { Spec = pod.Spec with { ImagePullSecrets = secrets } };
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
