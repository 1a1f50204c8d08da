namespace Orleans;

/// <summary>Names the type of a grain class, in place of the name derived from the class.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute, IGrainTypeProviderAttribute
{
    private readonly GrainType _grainType = GrainType.Create(grainType);

    public GrainType GetGrainType(IServiceProvider services, Type type) => _grainType;
}
