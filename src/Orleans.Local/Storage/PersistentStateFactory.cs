namespace Orleans.Runtime;

/// <summary>Makes persistent states over the named storages of the silo.</summary>
public class PersistentStateFactory : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(config);
        var storage = string.IsNullOrWhiteSpace(config.StorageName)
            ? context.ActivationServices.GetService<IGrainStorage>()
            : context.ActivationServices.GetKeyedService<IGrainStorage>(config.StorageName);
        if (storage is null)
        {
            throw new BadProviderConfigException(string.IsNullOrWhiteSpace(config.StorageName)
                ? $"No default storage provider found loading grain type {context.GrainId.Type}."
                : $"No storage provider named \"{config.StorageName}\" found loading grain type {context.GrainId.Type}.");
        }

        return new PersistentState<TState>(GetFullStateName(context, config), context, storage);
    }

    protected virtual string GetFullStateName(IGrainContext context, IPersistentStateConfiguration config) =>
        config.StateName;
}
