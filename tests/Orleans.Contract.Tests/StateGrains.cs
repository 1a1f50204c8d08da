using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface IStateGrain : IGrainWithStringKey
{
    Task Write(string value);

    Task ChangeWithoutWriting(string value);

    Task<string> Value();

    Task<string> SeenOnActivation();

    Task WriteOther(int value);

    Task<int> Other();

    Task<(bool Exists, bool HasEtag)> Record();

    Task Clear();

    Task<bool> HasServices();
}

internal sealed class StateGrain(
    [PersistentState("main", ClusterFixture.Storage)] IPersistentState<StateGrain.Content> main,
    [PersistentState("other", ClusterFixture.Storage)] IPersistentState<StateGrain.Number> other,
    IGrainFactory factory,
    IGrainContext context) : Grain, IStateGrain
{
    private string _seen = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _seen = main.State.Value;
        return Task.CompletedTask;
    }

    public Task Write(string value)
    {
        main.State.Value = value;
        return main.WriteStateAsync();
    }

    public Task ChangeWithoutWriting(string value)
    {
        main.State.Value = value;
        return Task.CompletedTask;
    }

    public Task<string> Value() => Task.FromResult(main.State.Value);

    public Task<string> SeenOnActivation() => Task.FromResult(_seen);

    public Task WriteOther(int value)
    {
        other.State = new Number(value);
        return other.WriteStateAsync();
    }

    public Task<int> Other() => Task.FromResult(other.State.Value);

    public Task<(bool Exists, bool HasEtag)> Record() => Task.FromResult((main.RecordExists, main.Etag is not null));

    public Task Clear() => main.ClearStateAsync();

    public Task<bool> HasServices() => Task.FromResult(factory is not null && context.GrainId == GrainContext.GrainId);

    [GenerateSerializer]
    public sealed class Content
    {
        [Id(0)]
        public string Value { get; set; } = "blank";
    }

    [GenerateSerializer, Immutable]
    public sealed record Number(int Value);
}

public interface IClassicStateGrain : IGrainWithStringKey
{
    Task Set(int value);

    Task<int> Get();
}

internal sealed class ClassicStateGrain : Grain<ClassicStateGrain.Content>, IClassicStateGrain
{
    public Task Set(int value)
    {
        State.Value = value;
        return WriteStateAsync();
    }

    public Task<int> Get() => Task.FromResult(State.Value);

    [GenerateSerializer]
    public sealed class Content
    {
        [Id(0)]
        public int Value { get; set; }
    }
}

public interface IMisconfiguredGrain : IGrainWithStringKey
{
    Task Touch();
}

internal sealed class MisconfiguredGrain(
    [PersistentState("x", "no-such-storage")] IPersistentState<StateGrain.Content> state)
    : Grain, IMisconfiguredGrain
{
    public Task Touch() => state.WriteStateAsync();
}
