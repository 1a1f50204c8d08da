using System.Reflection;

namespace Orleans;

/// <summary>A grain with one state in the storage named by <see cref="StorageProviderAttribute"/>.</summary>
public class Grain<TGrainState> : Grain
{
    private readonly IStorage<TGrainState> _storage;

    protected Grain() => _storage = Create();

    protected Grain(IStorage<TGrainState> storage) => _storage = storage;

    protected TGrainState State
    {
        get => _storage.State;
        set => _storage.State = value;
    }

    protected virtual Task ClearStateAsync() => _storage.ClearStateAsync();

    protected virtual Task WriteStateAsync() => _storage.WriteStateAsync();

    protected virtual Task ReadStateAsync() => _storage.ReadStateAsync();

    private IStorage<TGrainState> Create()
    {
        var provider = GetType().GetCustomAttribute<StorageProviderAttribute>()?.ProviderName;
        var factory = GrainContext.ActivationServices.GetRequiredService<IPersistentStateFactory>();
        return factory.Create<TGrainState>(GrainContext, new PersistentStateAttribute(GetType().FullName!, provider));
    }
}
