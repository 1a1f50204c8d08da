namespace Orleans.Runtime;

/// <summary>A stored record handed to a grain's constructor and read before its activation.</summary>
public interface IPersistentState<TState> : IStorage<TState>;

/// <summary>Which record of which storage.</summary>
public interface IPersistentStateConfiguration
{
    string StateName { get; }

    string? StorageName { get; }
}

/// <summary>Makes persistent states.</summary>
public interface IPersistentStateFactory
{
    IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config);
}

/// <summary>Turns a marked constructor parameter into the object to pass.</summary>
public interface IAttributeToFactoryMapper<in TMetadata> where TMetadata : IFacetMetadata
{
    Factory<IGrainContext, object> GetFactory(System.Reflection.ParameterInfo parameter, TMetadata metadata);
}

/// <summary>Asks for a persistent state as a constructor parameter.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(
    string stateName, string? storageName = null) : Attribute, IFacetMetadata, IPersistentStateConfiguration
{
    public string StateName { get; } = stateName;

    public string? StorageName { get; } = storageName;
}
