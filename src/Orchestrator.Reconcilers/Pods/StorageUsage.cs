using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>What a pod was last seen to take of its node's disk; what was not measured is left out.</summary>
/// <param name="Volumes">Bytes in volumes, by their names.</param>
/// <param name="Containers">Bytes that running containers have written beside them, logs among them, by their
/// names.</param>
public sealed record StorageUsage(
    IReadOnlyDictionary<string, long> Volumes, IReadOnlyDictionary<string, long> Containers)
{
    /// <summary>Nothing was measured.</summary>
    public static StorageUsage None { get; } = new(Map<long>.Empty, Map<long>.Empty);
}
