namespace Orchestrator.Nodes;

/// <summary>What pods may ask of a node beyond the ordinary. The defaults allow and limit nothing.</summary>
public sealed record NodePolicy
{
    /// <summary>
    /// Kernel parameters that pods may set beyond the safe ones: <c>kernel.msgmax</c>, <c>net.core.*</c>.
    /// </summary>
    public IReadOnlyList<string> AllowedUnsafeSysctls { get; init; } = [];

    /// <summary>
    /// Processes a pod may have at a time, or each of its containers where pods cannot be held together; 0 is no limit.
    /// </summary>
    public long PodPidsMax { get; init; }

    /// <summary>Folder of the seccomp profiles that pods may name; null when there are none.</summary>
    public string? SeccompDirectory { get; init; }

    /// <summary>What pods may ask for by count, as limits of extended resources.</summary>
    public IReadOnlyList<NodeDevice> Devices { get; init; } = [];
}
