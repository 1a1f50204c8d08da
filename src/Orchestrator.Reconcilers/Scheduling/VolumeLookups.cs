using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Scheduling;

/// <summary>What a scheduler looks up for pods with claims; others cost it nothing.</summary>
public sealed record VolumeLookups
{
    /// <summary>A claim by its namespace and name.</summary>
    public Func<string, string, PersistentVolumeClaim?> FindClaim { get; init; } = static (_, _) => null;

    /// <summary>A volume by its name.</summary>
    public Func<string, PersistentVolume?> FindVolume { get; init; } = static _ => null;

    /// <summary>A class by its name.</summary>
    public Func<string, StorageClass?> FindClass { get; init; } = static _ => null;

    /// <summary>All volumes, in the order of their names; asked for when a claim is looked at that has none.</summary>
    public Lazy<IReadOnlyList<PersistentVolume>> Volumes { get; init; } = new([]);

    /// <summary>The pods of a namespace.</summary>
    public Func<string, IEnumerable<Pod>> PodsIn { get; init; } = static _ => [];
}
