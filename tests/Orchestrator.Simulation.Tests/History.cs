using Orchestrator.Api.Meta;
using Orchestrator.Simulations.Invariants;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Tests;

/// <summary>A history that a test tells one invariant, commit by commit.</summary>
internal sealed class History(SimulatedWorld world, Invariant invariant)
{
    public SimulatedWorld World { get; } = world;

    public Invariant Invariant { get; } = invariant;

    /// <summary>What the invariant says to a history; null when it holds.</summary>
    public static async Task<string?> TellAsync(Func<SimulatedWorld, Invariant> make, Func<History, Task> tell)
    {
        using var world = new SimulatedWorld(new SimulationOptions());
        await world.OpenAsync();
        try
        {
            await tell(new History(world, make(world)));
            return null;
        }
        catch (ViolationException violation)
        {
            return violation.Message;
        }
    }

    /// <summary>Commits objects, one after the other.</summary>
    public async Task WriteAsync(params ApiObject[] objects)
    {
        foreach (var obj in objects) await CommitAsync(KindRegistry.KeyOf(obj), obj);
    }

    public Task RemoveAsync(ApiObject obj) => CommitAsync(KindRegistry.KeyOf(obj), null);

    private async Task CommitAsync(ObjectKey key, ApiObject? obj)
    {
        var changes = new List<ObjectChange>();
        using (World.Store.Subscribe(changes.AddRange))
        {
            await World.Store.CommitAsync(new ObjectWrite(key, obj, World.Cache.Find(key)?.Revision ?? 0));
        }
        foreach (var change in changes) Invariant.See(change);
    }
}
