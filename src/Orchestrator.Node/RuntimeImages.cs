namespace Orchestrator.Nodes;

/// <summary>An image as a list of the engine tells it.</summary>
/// <param name="Id">By content.</param>
/// <param name="Tags"><c>name:tag</c>, any number.</param>
/// <param name="Digests"><c>name@sha256:…</c>, for registries that have it; empty when none does.</param>
/// <param name="IsUsed">Some container of the engine, running or not, ours or not, was made from it.</param>
public sealed record ListedImage(
    string Id, IReadOnlyList<string> Tags, IReadOnlyList<string> Digests, long SizeBytes, bool IsUsed);

/// <summary>The disk that images and containers of an engine are on.</summary>
public sealed record RuntimeDisk(long CapacityBytes, long AvailableBytes);
