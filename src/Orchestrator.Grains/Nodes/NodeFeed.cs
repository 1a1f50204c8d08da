using System.Collections.Immutable;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Storage;

namespace Orchestrator.Grains.Nodes;

/// <summary>
/// Tells the nodes that this silo runs of ConfigMaps and Secrets that were written or removed, for files of pods follow
/// them. A word that is lost costs until the next list of a node.
/// </summary>
internal sealed class NodeFeed(IObjectStore store) : StoreFeed(store)
{
    private ImmutableList<Action<ObjectKey>> _listeners = [];

    /// <summary>From now on; called between commits, so it must be quick.</summary>
    public void Listen(Action<ObjectKey> listener) =>
        ImmutableInterlocked.Update(ref _listeners, static (all, one) => all.Add(one), listener);

    /// <summary>No more.</summary>
    public void Leave(Action<ObjectKey> listener) =>
        ImmutableInterlocked.Update(ref _listeners, static (all, one) => all.Remove(one), listener);

    protected override void OnChanges(IReadOnlyList<ObjectChange> changes)
    {
        var listeners = Volatile.Read(ref _listeners);
        if (listeners.IsEmpty) return;
        foreach (var change in changes)
        {
            if (change.Object.Object is not (ConfigMap or Secret)) continue;
            foreach (var listener in listeners) listener(change.Object.Key);
        }
    }
}
