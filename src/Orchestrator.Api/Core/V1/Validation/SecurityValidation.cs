using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for security contexts, and for what shares the host's namespaces.</summary>
internal static class SecurityValidation
{
    public static void Check(FieldErrors at, PodSpec spec)
    {
        if (spec.HostUsers == false)
        {
            const string Why = "when `pod.Spec.HostUsers` is false";
            if (spec.HostNetwork) at["hostNetwork"].Forbidden(Why);
            if (spec.HostPID) at["HostPID"].Forbidden(Why);
            if (spec.HostIPC) at["HostIPC"].Forbidden(Why);
        }
        if (spec is { ShareProcessNamespace: true, HostPID: true })
        {
            at["securityContext"]["shareProcessNamespace"].Invalid(
                true, "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        if (spec.SecurityContext is not { } context) return;
        at = at["securityContext"];
        CheckId(at["fsGroup"], context.FsGroup);
        CheckId(at["runAsUser"], context.RunAsUser);
        CheckId(at["runAsGroup"], context.RunAsGroup);
        for (var i = 0; i < context.SupplementalGroups.Count; i++)
        {
            CheckId(at["supplementalGroups"][i], context.SupplementalGroups[i]);
        }
        if (context.FsGroupChangePolicy is { } change)
            at["fsGroupChangePolicy"].CheckOneOf(
                change, Choices.Of<PodSecurityContext>(nameof(PodSecurityContext.FsGroupChangePolicy)));
        if (context.SupplementalGroupsPolicy is { } groups)
            at["supplementalGroupsPolicy"].CheckOneOf(
                groups, Choices.Of<PodSecurityContext>(nameof(PodSecurityContext.SupplementalGroupsPolicy)));
        if (context.SeLinuxChangePolicy is { } label)
            at["seLinuxChangePolicy"].CheckOneOf(label, "MountOption", "Recursive");
        CheckSysctls(at["sysctls"], context.Sysctls, spec);
        CheckSeccomp(at["seccompProfile"], context.SeccompProfile);
        CheckAppArmor(at["appArmorProfile"], context.AppArmorProfile);
    }

    public static void Check(FieldErrors at, SecurityContext? context)
    {
        if (context is null) return;
        CheckId(at["runAsUser"], context.RunAsUser);
        CheckId(at["runAsGroup"], context.RunAsGroup);
        if (context.ProcMount is { } mount)
            at["procMount"].CheckOneOf(mount, Choices.Of<SecurityContext>(nameof(SecurityContext.ProcMount)));
        CheckSeccomp(at["seccompProfile"], context.SeccompProfile);
        CheckAppArmor(at["appArmorProfile"], context.AppArmorProfile);
        if (context.AllowPrivilegeEscalation != false) return;
        if (context.Privileged == true)
        {
            at.Invalid("", "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        if (context.Capabilities?.Add.Contains("CAP_SYS_ADMIN") == true)
        {
            at.Invalid("", "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }

    private static void CheckId(FieldErrors at, long? id)
    {
        if (id is { } number) at.Invalid(number, NameRules.UserOrGroupId(number));
    }

    private static void CheckSysctls(FieldErrors at, IReadOnlyList<Sysctl> sysctls, PodSpec spec)
    {
        const string Pattern = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
        var names = new HashSet<string>();
        for (var i = 0; i < sysctls.Count; i++)
        {
            var (name, here) = (sysctls[i].Name, at[i]["name"]);
            if (name.Length == 0) here.Required();
            else if (!NameRules.IsSysctlName(name))
            {
                here.Invalid(name, $"must have at most 253 characters and match regex {Pattern}");
            }
            else if (!names.Add(name)) here.Duplicate(name);
            var dotted = name.Replace('/', '.');
            if (spec.HostNetwork && dotted.StartsWith("net.", StringComparison.Ordinal))
            {
                here.Invalid(name, "may not be specified when 'hostNetwork' is true");
            }
            var isIpc = dotted.StartsWith("fs.mqueue.", StringComparison.Ordinal) || dotted is "kernel.sem"
                || dotted.StartsWith("kernel.shm", StringComparison.Ordinal)
                || dotted.StartsWith("kernel.msg", StringComparison.Ordinal);
            if (spec.HostIPC && isIpc) here.Invalid(name, "may not be specified when 'hostIPC' is true");
        }
    }

    private static void CheckSeccomp(FieldErrors at, SeccompProfile? profile)
    {
        if (profile is null) return;
        if (string.IsNullOrEmpty(profile.Type)) at["type"].Required("type is required when seccompProfile is set");
        else at["type"].CheckOneOf(profile.Type, Choices.Of<SeccompProfile>(nameof(SeccompProfile.Type)));
        var path = profile.LocalhostProfile;
        if (profile.Type != "Localhost")
        {
            if (path is not null)
                at["localhostProfile"].Invalid(path, "can only be set when seccomp type is Localhost");
        }
        else if (path is null) at["localhostProfile"].Required("must be set when seccomp type is Localhost");
        else VolumeValidation.CheckBelow(at["localhostProfile"], path);
    }

    private static void CheckAppArmor(FieldErrors at, AppArmorProfile? profile)
    {
        if (profile is null) return;
        if (string.IsNullOrEmpty(profile.Type)) at["type"].Required("type is required when appArmorProfile is set");
        else at["type"].CheckOneOf(profile.Type, Choices.Of<AppArmorProfile>(nameof(AppArmorProfile.Type)));
        var path = profile.LocalhostProfile;
        if (profile.Type == "Localhost")
        {
            if (string.IsNullOrEmpty(path))
                at["localhostProfile"].Required("must be set when AppArmor type is Localhost");
            else if (path.Trim() != path) at["localhostProfile"].Invalid(path, "must not be padded with whitespace");
        }
        else if (path is not null)
            at["localhostProfile"].Invalid(path, "can only be set when AppArmor type is Localhost");
    }
}
