using System.Collections.Immutable;
using System.Reflection;

namespace Orleans.Local.Engine;

/// <summary>Everything known about one grain class.</summary>
internal sealed class GrainClass
{
    private readonly Type[] _facetTypes;
    private readonly ParameterInfo[] _facets;
    private readonly ObjectFactory _create;
    private readonly Func<IInvokable, bool>? _mayInterleave;

    public GrainClass(Type type, GrainType grainType)
    {
        Type = type;
        GrainType = grainType;
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), true);
        Placement = type.GetCustomAttribute<PlacementAttribute>(true)?.PlacementStrategy;
        CollectionAge = AgeOf(type);
        _facets = FacetsOf(type);
        _facetTypes = [.. _facets.Select(parameter => parameter.ParameterType)];
        _create = ActivatorUtilities.CreateFactory(type, _facetTypes);
        _mayInterleave = PredicateOf(type);
        InitializePlacement();
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool IsReentrant { get; }

    /// <summary>Null where the class leaves the choice to the silo.</summary>
    public PlacementStrategy? Placement { get; }

    /// <summary>Null where the class leaves it to the options; infinite for never.</summary>
    public TimeSpan? CollectionAge { get; }

    public object Create(Activation activation)
    {
        var services = activation.ActivationServices;
        if (_facets.Length == 0)
        {
            return _create(services, null);
        }

        var arguments = new object?[_facets.Length];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = FacetFactory.Create(_facets[index], activation, services);
        }

        return _create(services, arguments);
    }

    public bool MayInterleave(object? instance, WorkRequest running, WorkRequest incoming) =>
        _mayInterleave is not null && instance is not null
        && ((incoming is IInvokable asked && _mayInterleave(asked))
            || (running is IInvokable active && _mayInterleave(active)));

    private static ParameterInfo[] FacetsOf(Type type)
    {
        var constructor = type.GetConstructors().FirstOrDefault(candidate => candidate.GetParameters().Any(IsFacet));
        return constructor is null ? [] : [.. constructor.GetParameters().Where(IsFacet)];
    }

    private static bool IsFacet(ParameterInfo parameter) =>
        parameter.GetCustomAttributes().Any(attribute => attribute is IFacetMetadata);

    private static TimeSpan? AgeOf(Type type)
    {
        if (type.IsDefined(typeof(KeepAliveAttribute), true))
        {
            return Timeout.InfiniteTimeSpan;
        }

        return type.GetCustomAttribute<CollectionAgeLimitAttribute>(true) is { } limit
            ? limit.AlwaysActive ? Timeout.InfiniteTimeSpan : limit.AgeLimit
            : null;
    }

    private static Func<IInvokable, bool>? PredicateOf(Type type)
    {
        if (type.GetCustomAttribute<MayInterleaveAttribute>(true) is not { } attribute)
        {
            return null;
        }

        const BindingFlags Anywhere =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy;
        var method = type.GetMethod(attribute.CallbackMethodName, Anywhere, [typeof(IInvokable)])
            ?? throw new InvalidOperationException(
                $"{type} names {attribute.CallbackMethodName} in [MayInterleave], but has no such static method that takes an IInvokable.");
        return method.CreateDelegate<Func<IInvokable, bool>>();
    }

    private void InitializePlacement()
    {
        if (Placement is null)
        {
            return;
        }

        var properties = new Dictionary<string, string>();
        foreach (var provider in Type.GetCustomAttributes(true).OfType<IGrainPropertiesProviderAttribute>())
        {
            provider.Populate(null!, Type, GrainType, properties);
        }

        Placement.Initialize(new GrainProperties(properties.ToImmutableDictionary()));
    }
}
