using Orchestrator.Api.Meta;
using Orchestrator.Api.Scheduling.V1;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Objects;

/// <summary>Owns an object that no controller of ours acts on.</summary>
internal sealed class PassiveGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), IPassiveGrain
{
    protected override void RefuseBeside(ApiObject next)
    {
        if (next is PriorityClass { GlobalDefault: true } priority)
            PriorityDefaults.Refuse(priority, Cluster.Cache.All(PriorityClass.Kind));
    }
}
