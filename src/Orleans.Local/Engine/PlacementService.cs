namespace Orleans.Local.Engine;

/// <summary>Asks the director of a placement strategy where an activation goes.</summary>
internal static class PlacementService
{
    public static Task<SiloAddress> Place(Call call, GrainClass grainClass, LocalCluster cluster)
    {
        var active = cluster.ActiveSilos();
        if (active.Length == 0)
        {
            throw new SiloUnavailableException(
                $"{call} cannot be placed: no silo of cluster {cluster.Id.ClusterId} is active.");
        }

        var local = call.Runtime.Silo is { Status: SiloStatus.Active } own
            ? own
            : active[cluster.Chance(active.Length)];
        var compatible = Array.ConvertAll(active, silo => silo.SiloAddress);
        if (IPlacementDirector.GetPlacementHint(call.Context, compatible) is { } hinted)
        {
            return Task.FromResult(hinted);
        }

        var strategy = grainClass.Placement ?? local.DefaultPlacement;
        if (active.Length == 1 && strategy.GetType().Assembly == typeof(PlacementService).Assembly)
        {
            return Task.FromResult(active[0].SiloAddress);
        }

        var director = local.Services.GetKeyedService<IPlacementDirector>(strategy.GetType())
            ?? throw new OrleansException(
                $"No placement director is registered for {strategy.GetType()}; see AddPlacementDirector.");
        var target = new PlacementTarget(call.TargetId, call.Context ?? [], call.Target.InterfaceType, 0);
        return director.OnAddActivation(strategy, target, new PlacementContext(local, compatible));
    }

    private sealed class PlacementContext(Silo local, SiloAddress[] compatible) : IPlacementContext
    {
        public SiloAddress LocalSilo => local.SiloAddress;

        public SiloStatus LocalSiloStatus => local.Status;

        public SiloAddress[] GetCompatibleSilos(PlacementTarget target) => compatible;
    }
}
