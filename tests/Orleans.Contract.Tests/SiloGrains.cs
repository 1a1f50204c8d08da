using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface IPlacedGrain : IGrainWithStringKey
{
    Task<string> Where();
}

internal abstract class PlacedGrain : Grain
{
    public Task<string> Where() =>
        Task.FromResult(ServiceProvider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToString());
}

public interface ILocalGrain : IPlacedGrain;

[PreferLocalPlacement]
internal sealed class LocalGrain : PlacedGrain, ILocalGrain;

public interface IRandomGrain : IPlacedGrain;

[RandomPlacement]
internal sealed class RandomGrain : PlacedGrain, IRandomGrain;

public interface IHashedGrain : IPlacedGrain;

[HashBasedPlacement]
internal sealed class HashedGrain : PlacedGrain, IHashedGrain;

public interface IFirstSiloGrain : IPlacedGrain;

[FirstSilo]
internal sealed class FirstSiloGrain : PlacedGrain, IFirstSiloGrain;

[GenerateSerializer]
public sealed class FirstSiloPlacement : PlacementStrategy;

[AttributeUsage(AttributeTargets.Class)]
public sealed class FirstSiloAttribute() : PlacementAttribute(new FirstSiloPlacement());

public sealed class FirstSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(context.GetCompatibleSilos(target).Order().First());
}

public interface IWorkerGrain : IGrainWithStringKey
{
    Task<string> Work(string gate);
}

[StatelessWorker(2)]
internal sealed class WorkerGrain : PlacedGrain, IWorkerGrain
{
    public async Task<string> Work(string gate)
    {
        Board.Note(this.GetPrimaryKeyString(), "working");
        await Board.Wait(gate);
        return await Where();
    }
}

public interface IHomeGrain : IPlacedGrain
{
    Task Write(string value);

    Task Hang(string gate);
}

[PreferLocalPlacement]
internal sealed class HomeGrain(
    [PersistentState("home", ClusterFixture.Storage)] IPersistentState<StateGrain.Content> state)
        : PlacedGrain, IHomeGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Board.Note(this.GetPrimaryKeyString(), $"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task Write(string value)
    {
        state.State.Value = value;
        return state.WriteStateAsync();
    }

    public Task Hang(string gate)
    {
        Board.Note(gate, "hanging");
        return Board.Wait(gate);
    }
}
