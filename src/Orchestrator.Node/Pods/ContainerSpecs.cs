using System.Globalization;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;
using Orchestrator.Nodes.Volumes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>From a pod to what an engine must know to make its containers. Pure.</summary>
public static class ContainerSpecs
{
    private const long CpuSharesMin = 2;
    private const int SandboxOomScoreAdj = -998;

    /// <summary>The infra container, which holds the network and IPC of the pod.</summary>
    /// <exception cref="ContainerConfigException">The pod asks for a host name that cannot be.</exception>
    public static ContainerSpec Sandbox(Pod pod, string image, int attempt) => new()
    {
        Name = PodLabels.ContainerName(pod, ContainerLabels.InfraContainer, attempt),
        Image = image,
        Labels = PodLabels.Of(pod, ContainerLabels.InfraContainer, PodLabels.InfraRole, attempt),
        Hostname = PodHostname.InKernel(pod),
        HostNetwork = pod.Spec.HostNetwork,
        HostIpc = pod.Spec.HostIPC,
        HostPid = pod.Spec.HostPID,
        CpuShares = CpuSharesMin,
        OomScoreAdj = SandboxOomScoreAdj,
        Sysctls = (pod.Spec.SecurityContext?.Sysctls ?? []).ToDictionary(
            sysctl => PodRejection.SysctlName(sysctl.Name), sysctl => sysctl.Value),
    };

    /// <summary>One attempt of a container.</summary>
    /// <exception cref="ContainerConfigException">The image's user is not one the pod allows.</exception>
    public static ContainerSpec Container(
        PodOnNode facts, Container container, PodAction.StartContainer start, RuntimeImage image,
        ContainerEnvironment environment, IReadOnlyList<ContainerMount> mounts)
    {
        var (pod, security) = (facts.Pod, container.SecurityContext);
        var variables = environment.Variables;
        var limits = ContainerLimits.Of(pod.Spec, container);
        return new ContainerSpec
        {
            Name = PodLabels.ContainerName(pod, container.Name, start.Attempt),
            Image = image.KnownAs ?? container.Image ?? "",
            Labels = Labels(pod, container, start, image),
            Command = [.. container.Command.Select(word => Expansion.Expand(word, variables))],
            Args = [.. container.Args.Select(word => Expansion.Expand(word, variables))],
            Env = environment.Lines,
            WorkingDir = string.IsNullOrEmpty(container.WorkingDir) ? null : container.WorkingDir,
            JoinsSandbox = start.SandboxId,
            SharesPid = pod.Spec.ShareProcessNamespace == true,
            HostNetwork = pod.Spec.HostNetwork,
            HostPid = pod.Spec.HostPID,
            HostIpc = pod.Spec.HostIPC,
            Mounts = mounts,
            CpuShares = limits.CpuShares,
            CpuQuotaMicros = limits.CpuQuotaMicros,
            MemoryBytes = limits.MemoryBytes,
            OomScoreAdj = OomScore.Of(pod.Spec, container, facts.Allocatable.GetValueOrDefault("memory").Value),
            User = User(pod, container, image),
            Groups = Groups(pod),
            AddCapabilities = security?.Capabilities?.Add ?? [],
            DropCapabilities = security?.Capabilities?.Drop ?? [],
            Privileged = security?.Privileged == true,
            ReadOnlyRoot = security?.ReadOnlyRootFilesystem == true,
            NoNewPrivileges = security?.AllowPrivilegeEscalation == false,
            Stdin = container.Stdin,
            StdinOnce = container.StdinOnce,
            Tty = container.Tty,
            StopSignal = string.IsNullOrEmpty(container.Lifecycle?.StopSignal) ? null : container.Lifecycle.StopSignal,
        };
    }

    private static Dictionary<string, string> Labels(
        Pod pod, Container container, PodAction.StartContainer start, RuntimeImage image)
    {
        var role = container is EphemeralContainer ? PodLabels.EphemeralRole
            : pod.Spec.InitContainers.Any(init => init.Name == container.Name) ? PodLabels.InitRole
            : PodLabels.AppRole;
        var labels = PodLabels.Of(pod, container.Name, role, start.Attempt);
        labels[ContainerLabels.SpecHash] = ContainerHash.Of(container);
        labels[PodLabels.Sandbox] = start.SandboxId;
        if (container.Lifecycle?.PreStop is { } hook)
        {
            labels[PodLabels.PreStop] = JsonSerializer.Serialize(hook, ApiJson.TypeInfo(typeof(LifecycleHandler)));
        }
        if (image.RepoDigest is { Length: > 0 } digest) labels[PodLabels.ImageDigest] = digest;
        if (image.KnownAs is not null) labels[PodLabels.ImageName] = container.Image ?? "";
        if (start.BackOff is { } delay)
        {
            labels[PodLabels.BackOff] = ((long)delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        return labels;
    }

    private static string? User(Pod pod, Container container, RuntimeImage image)
    {
        var (own, shared) = (container.SecurityContext, pod.Spec.SecurityContext);
        var user = own?.RunAsUser ?? shared?.RunAsUser;
        var group = own?.RunAsGroup ?? shared?.RunAsGroup;
        var imageUser = image.User?.Split(':')[0] ?? "";
        if ((own?.RunAsNonRoot ?? shared?.RunAsNonRoot) == true) DemandNonRoot(pod, container, user, imageUser);
        // An engine adds the groups that the image gives the user, unless it is told the group as well.
        if (shared?.SupplementalGroupsPolicy == "Strict" && group is null)
        {
            throw new ContainerConfigException(
                "supplementalGroupsPolicy Strict needs runAsGroup on this node: set it for the pod or the container");
        }
        if (user is null && group is null) return null;
        var name = user?.ToString(CultureInfo.InvariantCulture) ?? (imageUser.Length > 0 ? imageUser : "0");
        return group is null ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{group}");
    }

    private static void DemandNonRoot(Pod pod, Container container, long? user, string imageUser)
    {
        var where =
            $"(pod: \"{pod.Metadata.Name}_{pod.Metadata.Namespace}({pod.Metadata.Uid})\", container: {container.Name})";
        if (user == 0)
        {
            throw new ContainerConfigException($"container's runAsUser breaks non-root policy {where}");
        }
        if (user is not null) return;
        if (imageUser is "" or "0")
        {
            throw new ContainerConfigException($"container has runAsNonRoot and image will run as root {where}");
        }
        if (!imageUser.All(char.IsAsciiDigit))
        {
            throw new ContainerConfigException(
                $"container has runAsNonRoot and image has non-numeric user ({imageUser}), cannot verify user is non-root {where}");
        }
    }

    private static IReadOnlyList<string> Groups(Pod pod)
    {
        var security = pod.Spec.SecurityContext;
        var groups = security?.SupplementalGroups ?? [];
        var all = security?.FsGroup is { } group ? groups.Append(group) : groups;
        return [.. all.Distinct().Select(number => number.ToString(CultureInfo.InvariantCulture))];
    }
}
