using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Cgroups;

/// <summary>Chooses what holds pods together beside the containers of an engine of this machine.</summary>
internal static class PodCgroups
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>As the engine keeps its own groups; null when it keeps none.</summary>
    public static IPodCgroups? Of(EngineMachine engine, string nodeLabel)
    {
        var isUnified = engine.CgroupVersion == "2";
        return engine.CgroupDriver switch
        {
            "cgroupfs" => new CgroupFolders(Root, isUnified, nodeLabel),
            "systemd" => new CgroupSlices(Root, isUnified, nodeLabel, "systemctl"),
            _ => null,
        };
    }
}
