using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Pods;

/// <summary>The profiles that confine a container, from its own security context and its pod's.</summary>
internal static class ContainerSecurity
{
    private const string Localhost = "Localhost";
    private const string Unconfined = "Unconfined";

    /// <exception cref="ContainerConfigException">A profile that is named is not there.</exception>
    public static async Task<ContainerSpec> ConfineAsync(
        ContainerSpec spec, Pod pod, Container container, NodePolicy policy, bool hasAppArmor,
        CancellationToken cancellation)
    {
        var (own, shared) = (container.SecurityContext, pod.Spec.SecurityContext);
        return spec with
        {
            PidsMax = policy.PodPidsMax,
            Seccomp = await SeccompAsync(own?.SeccompProfile ?? shared?.SeccompProfile, policy, cancellation),
            AppArmor = hasAppArmor ? AppArmor(own?.AppArmorProfile ?? shared?.AppArmorProfile) : null,
            SeLinux = own?.SeLinuxOptions ?? shared?.SeLinuxOptions,
            UnmasksProc = own?.ProcMount == "Unmasked",
        };
    }

    // Null is the engine's own profile, which is also what the one who says nothing gets.
    private static async Task<string?> SeccompAsync(
        SeccompProfile? profile, NodePolicy policy, CancellationToken cancellation)
    {
        if (profile?.Type == Unconfined) return ContainerSpec.Unconfined;
        if (profile?.Type != Localhost) return null;
        var name = profile.LocalhostProfile ?? "";
        if (policy.SeccompDirectory is not { } folder)
        {
            throw new ContainerConfigException(
                $"cannot load seccomp profile \"{name}\": the node has no folder of them");
        }
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new ContainerConfigException(
                $"cannot load seccomp profile \"{path}\": open {path}: no such file or directory");
        }
        return await File.ReadAllTextAsync(path, cancellation);
    }

    private static string? AppArmor(AppArmorProfile? profile) => profile?.Type switch
    {
        Unconfined => ContainerSpec.Unconfined,
        Localhost => profile.LocalhostProfile,
        _ => null,
    };
}
