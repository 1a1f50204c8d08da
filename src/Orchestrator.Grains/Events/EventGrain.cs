using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orleans.Runtime;

namespace Orchestrator.Grains.Events;

/// <summary>Owns one Event and counts it when it happens again.</summary>
[CollectionAgeLimit(Minutes = 2)]
internal sealed class EventGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), IEventGrain
{
    public async Task Record(Event happened)
    {
        if (Current is Event known)
        {
            await Commit(known with { Count = known.Count + 1, LastTimestamp = happened.LastTimestamp });
            return;
        }
        // Nobody waits for an event: one about a namespace that is going away is simply not kept.
        if (await Cluster.FindNamespace(Key.Namespace) is not { Metadata.DeletionTimestamp: null }) return;
        await Create(happened, WriteOptions.OfController);
        // Most things happen once, and there are more events than all else together.
        DeactivateOnIdle();
    }
}
