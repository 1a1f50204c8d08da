using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orchestrator.Grains.Nodes;

/// <summary>Finds the silo of a node: the one a caller insists on, else what <see cref="NodePlaces"/> says.</summary>
internal sealed class NodePlacementDirector(NodePlaces places) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var able = context.GetCompatibleSilos(target);
        // A machine that registers its node for the first time is not in the cache yet.
        return Task.FromResult(IPlacementDirector.GetPlacementHint(target.RequestContextData, able)
            ?? places.Choose(target.GrainIdentity.Key.ToString()!, able));
    }
}
