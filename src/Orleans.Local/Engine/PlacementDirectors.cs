namespace Orleans.Local.Engine;

/// <summary>The directors of the placements every silo knows.</summary>
internal sealed class RandomPlacementDirector(Silo silo) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos[silo.Cluster.Chance(silos.Length)]);
    }
}

/// <summary>The silo of the caller, else any.</summary>
internal sealed class PreferLocalPlacementDirector(Silo silo) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos.Contains(context.LocalSilo)
            ? context.LocalSilo
            : silos[silo.Cluster.Chance(silos.Length)]);
    }
}

/// <summary>By the hash of the identity over the sorted silos.</summary>
internal sealed class HashBasedPlacementDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target).Order().ToArray();
        return Task.FromResult(silos[target.GrainIdentity.GetUniformHashCode() % (uint)silos.Length]);
    }
}

/// <summary>The silo with the fewest activations; among equals the local one.</summary>
internal sealed class ActivationCountPlacementDirector(Silo silo) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(context.GetCompatibleSilos(target)
            .OrderBy(address => silo.Cluster.Find(address)?.ActivationCount ?? int.MaxValue)
            .ThenBy(address => !address.Equals(context.LocalSilo))
            .ThenBy(address => address)
            .First());
}
