using System.Collections.Immutable;

namespace Orleans.Metadata;

/// <summary>An attribute that names the type of the grain class it stands on.</summary>
public interface IGrainTypeProviderAttribute
{
    GrainType GetGrainType(IServiceProvider services, Type type);
}

/// <summary>An attribute that adds properties to the description of a grain class.</summary>
public interface IGrainPropertiesProviderAttribute
{
    void Populate(IServiceProvider services, Type grainClass, GrainType grainType,
        Dictionary<string, string> properties);
}

/// <summary>The properties a grain class was described with.</summary>
[Immutable]
public sealed class GrainProperties(ImmutableDictionary<string, string> values)
{
    public ImmutableDictionary<string, string> Properties { get; } = values;
}

/// <summary>Keys of <see cref="GrainProperties"/>.</summary>
public static class WellKnownGrainTypeProperties
{
    public const string TypeName = "type-name";
    public const string FullTypeName = "full-type-name";
    public const string PlacementStrategy = "placement-strategy";
    public const string PlacementFilter = "placement-filter";
    public const string GrainDirectory = "directory-policy";
    public const string IdleDeactivationPeriod = "idle-duration";
    public const string IndefiniteIdleDeactivationPeriodValue = "indefinite";
    public const string Reentrant = "reentrant";
    public const string MayInterleavePredicate = "may-interleave-predicate";
}

/// <summary>Names the grain type that serves an interface when several classes implement it.</summary>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = false)]
public sealed class DefaultGrainTypeAttribute(string grainType) : Attribute
{
    internal string GrainTypeName { get; } = grainType;
}
