using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>Makes the constructor parameters that are marked with an <see cref="IFacetMetadata"/>.</summary>
internal static class FacetFactory
{
    private static readonly MethodInfo Mapped =
        typeof(FacetFactory).GetMethod(nameof(CreateMapped), BindingFlags.Static | BindingFlags.NonPublic)!;

    private static readonly ConcurrentDictionary<ParameterInfo, Func<Activation, IServiceProvider, object>> Factories =
        new();

    public static object Create(ParameterInfo parameter, Activation activation, IServiceProvider services) =>
        Factories.GetOrAdd(parameter, static parameter =>
        {
            var metadata = parameter.GetCustomAttributes().First(attribute => attribute is IFacetMetadata);
            var create = Mapped.MakeGenericMethod(metadata.GetType())
                .CreateDelegate<Func<ParameterInfo, object, Activation, IServiceProvider, object>>();
            return (activation, services) => create(parameter, metadata, activation, services);
        })(activation, services);

    private static object CreateMapped<TMetadata>(
        ParameterInfo parameter, object metadata, Activation activation, IServiceProvider services)
        where TMetadata : IFacetMetadata
    {
        var mapper = services.GetService<IAttributeToFactoryMapper<TMetadata>>()
            ?? throw new OrleansException($"No factory is registered for parameters marked with {typeof(TMetadata)}.");
        return mapper.GetFactory(parameter, (TMetadata)metadata)(activation);
    }
}
