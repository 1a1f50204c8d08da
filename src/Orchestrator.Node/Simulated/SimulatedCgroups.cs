using System.Collections.Concurrent;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Simulated;

/// <summary>The groups of pods of a simulated machine, which bound nothing but tell what they were told.</summary>
/// <param name="isBusy">Whether something runs in a group.</param>
public sealed class SimulatedCgroups(Func<string, bool> isBusy) : IPodCgroups
{
    private readonly ConcurrentDictionary<string, PodBounds> _bounds = new();

    /// <inheritdoc />
    public IReadOnlyList<string> PodUids => [.. _bounds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What a pod was bounded to; null when it has no group.</summary>
    public PodBounds? Find(string podUid) => _bounds.GetValueOrDefault(podUid);

    /// <inheritdoc />
    public Task<PodCgroup> HoldAsync(string podUid, PodBounds bounds, CancellationToken cancellation)
    {
        _bounds[podUid] = bounds;
        return Task.FromResult(new PodCgroup(ParentOf(podUid), []));
    }

    /// <inheritdoc />
    public Task ReleaseAsync(string podUid, CancellationToken cancellation)
    {
        if (!isBusy(ParentOf(podUid))) _bounds.TryRemove(podUid, out _);
        return Task.CompletedTask;
    }

    private static string ParentOf(string podUid) => $"/simulated/pod{podUid}";
}
