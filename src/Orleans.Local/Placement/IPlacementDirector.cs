namespace Orleans.Runtime.Placement;

/// <summary>Chooses a silo for a new activation.</summary>
public interface IPlacementDirector
{
    const string PlacementHintKey = "#PLACEMENT_HINT";

    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);

    static SiloAddress? GetPlacementHint(
        Dictionary<string, object>? requestContextData, SiloAddress[] compatibleSilos) =>
        requestContextData is { Count: > 0 } data
        && data.TryGetValue(PlacementHintKey, out var hint)
        && hint is SiloAddress silo
        && compatibleSilos.Contains(silo)
            ? silo
            : null;
}

/// <summary>What a director may choose from.</summary>
public interface IPlacementContext
{
    SiloAddress LocalSilo { get; }

    SiloStatus LocalSiloStatus { get; }

    SiloAddress[] GetCompatibleSilos(PlacementTarget target);
}

/// <summary>What is to be placed.</summary>
public readonly struct PlacementTarget(
    GrainId grainIdentity, Dictionary<string, object> requestContextData, GrainInterfaceType interfaceType,
    ushort interfaceVersion)
{
    public GrainId GrainIdentity { get; } = grainIdentity;

    public GrainInterfaceType InterfaceType { get; } = interfaceType;

    public ushort InterfaceVersion { get; } = interfaceVersion;

    public Dictionary<string, object> RequestContextData { get; } = requestContextData;
}
