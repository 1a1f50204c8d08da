namespace Orchestrator.Nodes.Volumes;

/// <summary>How a volume in memory is made: its folder is empty whenever no container mounts it.</summary>
/// <param name="Bytes">The most it holds; 0 leaves that to the engine's machine.</param>
/// <param name="Mode">Permissions of its folder.</param>
/// <param name="Group">Who shares it, or null.</param>
public sealed record MemoryVolume(long Bytes, int Mode, long? Group);
