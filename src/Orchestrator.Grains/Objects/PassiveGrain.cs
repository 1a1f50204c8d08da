using Orleans.Runtime;

namespace Orchestrator.Grains.Objects;

/// <summary>Owns an object that no controller of ours acts on.</summary>
internal sealed class PassiveGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), IPassiveGrain;
