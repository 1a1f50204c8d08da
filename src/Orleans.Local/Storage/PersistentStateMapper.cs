using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>Turns a parameter marked with <see cref="PersistentStateAttribute"/> into its state.</summary>
internal sealed class PersistentStateMapper : IAttributeToFactoryMapper<PersistentStateAttribute>
{
    private static readonly MethodInfo CreateMethod =
        typeof(PersistentStateMapper).GetMethod(nameof(Create), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static readonly ConcurrentDictionary<Type, Func<IGrainContext, IPersistentStateConfiguration, object>>
        Creators = new();

    public Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, PersistentStateAttribute metadata)
    {
        var type = parameter.ParameterType;
        if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException(
                $"Parameter {parameter.Name} of {parameter.Member.DeclaringType} is marked [PersistentState] but is no IPersistentState<T>.");
        }

        IPersistentStateConfiguration configuration = string.IsNullOrEmpty(metadata.StateName)
            ? new PersistentStateAttribute(parameter.Name!, metadata.StorageName)
            : metadata;
        var create = Creators.GetOrAdd(type, static type => CreateMethod.MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Func<IGrainContext, IPersistentStateConfiguration, object>>());
        return context => create(context, configuration);
    }

    private static object Create<TState>(IGrainContext context, IPersistentStateConfiguration configuration) =>
        context.ActivationServices.GetRequiredService<IPersistentStateFactory>().Create<TState>(context, configuration);
}
