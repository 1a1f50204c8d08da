using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// What containers ask of mounts that a node of ours cannot give: refused, and never left out unsaid.
/// </summary>
internal static class MountRules
{
    /// <exception cref="ContainerConfigException">What cannot be given.</exception>
    public static void Check(Container container)
    {
        if (container.VolumeDevices is [{ } device, ..])
        {
            throw new ContainerConfigException(
                $"volumeDevices are not supported by this node: mount volume \"{device.Name}\" by volumeMounts");
        }
        foreach (var mount in container.VolumeMounts) CheckReadOnly(mount);
    }

    // IfPossible asks for what the engine can do, which is the mount itself and not those below it.
    private static void CheckReadOnly(VolumeMount mount)
    {
        if (mount.RecursiveReadOnly is null or "" or "Disabled") return;
        var asks = $"volume \"{mount.Name}\" requested recursive read-only mode, but it is not";
        if (!mount.ReadOnly) throw new ContainerConfigException($"{asks} read-only");
        if (mount.MountPropagation is not (null or "" or "None"))
            throw new ContainerConfigException($"{asks} compatible with propagation \"{mount.MountPropagation}\"");
        if (mount.RecursiveReadOnly == "Enabled")
            throw new ContainerConfigException($"{asks} supported by the runtime");
    }
}
