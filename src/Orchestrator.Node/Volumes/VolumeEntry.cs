namespace Orchestrator.Nodes.Volumes;

/// <summary>What is at a path of a volume.</summary>
/// <param name="LinkTarget">Where a link leads, followed to its end within the holder; null for what is none.</param>
public sealed record VolumeEntry(string? LinkTarget);
