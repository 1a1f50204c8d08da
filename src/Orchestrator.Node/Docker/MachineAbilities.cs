namespace Orchestrator.Nodes.Docker;

/// <summary>
/// What the machine lets the engine do. A machine that withholds CAP_SYS_RESOURCE refuses to start containers that
/// are protected from the memory killer or fully privileged; both are then made as near as it goes.
/// </summary>
/// <param name="LowersOomScore">A negative <c>oom_score_adj</c> is accepted.</param>
/// <param name="GrantsAllCapabilities">A privileged container starts.</param>
public sealed record MachineAbilities(bool LowersOomScore, bool GrantsAllCapabilities)
{
    /// <summary>A machine that refuses nothing.</summary>
    public static MachineAbilities Full { get; } = new(true, true);

    /// <summary>What is done instead, for the node's warnings.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. LowersOomScore ? Array.Empty<string>() :
        [
            "this machine refuses a negative oom_score_adj (the engine lacks CAP_SYS_RESOURCE): containers run without "
            + "protection from the memory killer",
        ],
        .. GrantsAllCapabilities ? Array.Empty<string>() :
        [
            "this machine refuses privileged containers (the engine lacks CAP_SYS_RESOURCE): they run with every other "
            + "capability, without the devices of the machine",
        ],
    ];
}
