using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>
/// Why a node does not take on a pod that is bound to it: the pod fails before anything of it starts.
/// </summary>
/// <param name="Reason">One word, the pod's reason and the event's.</param>
/// <param name="Message">A sentence.</param>
public sealed record PodRejection(string Reason, string Message)
{
    private static readonly HashSet<string> SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem",
    ];

    /// <summary>As the pod's status says it.</summary>
    public string StatusMessage => $"Pod was rejected: {Message}";

    /// <summary>A kernel parameter by its dotted name, whichever separator it is written with.</summary>
    public static string SysctlName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var isSlashed = name.IndexOfAny(['.', '/']) is >= 0 and var first && name[first] == '/';
        return isSlashed
            ? string.Create(name.Length, name, static (target, written) =>
            {
                for (var i = 0; i < written.Length; i++)
                    target[i] = written[i] switch { '/' => '.', '.' => '/', var other => other };
            })
            : name;
    }

    internal static PodRejection? Of(Pod pod, PodObservation seen)
    {
        var isNew = pod.Status.Phase is null or "" or "Pending" && pod.Metadata.DeletionTimestamp is null
            && seen.Sandboxes.Count + seen.Attempts.Count + seen.Operations.Count == 0;
        return isNew ? Of(pod.Spec, seen.Abilities) : null;
    }

    private static PodRejection? Of(PodSpec spec, NodeAbilities abilities)
    {
        var forbidden = (spec.SecurityContext?.Sysctls ?? []).Select(sysctl => sysctl.Name)
            .FirstOrDefault(name => !IsAllowed(SysctlName(name), abilities));
        if (forbidden is not null) return new("SysctlForbidden", $"forbidden sysctl: \"{forbidden}\" not allowlisted");
        if (!abilities.HasAppArmor && PodContainers.All(spec).Any(container => NeedsAppArmor(spec, container)))
            return new("AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
        return spec.HostUsers == false && !abilities.HasUserNamespaces
            ? new("UserNamespacesNotSupported", "the container engine gives single pods no user namespace of their "
                + "own: leave hostUsers out or set it to true")
            : null;
    }

    private static bool IsAllowed(string name, NodeAbilities abilities) =>
        SafeSysctls.Contains(name) || abilities.AllowedUnsafeSysctls.Any(pattern => pattern.EndsWith('*')
            ? name.StartsWith(pattern[..^1], StringComparison.Ordinal)
            : name == pattern);

    private static bool NeedsAppArmor(PodSpec spec, Container container) =>
        (container.SecurityContext?.AppArmorProfile ?? spec.SecurityContext?.AppArmorProfile)
            is { Type: not (null or "Unconfined") };
}
