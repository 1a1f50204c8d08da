namespace Orleans.Runtime;

/// <summary>
/// A typed address of a grain; the generated proxies derive from it. Two references are equal when they name the same
/// grain. Arguments and results travel by reference: messages must be immutable.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly IdSpan _key;

    protected internal GrainReference(GrainReferenceShared shared, IdSpan key)
    {
        Shared = shared;
        _key = key;
    }

    public GrainId GrainId => new(Shared.GrainType, _key);

    public GrainInterfaceType InterfaceType => Shared.InterfaceType;

    public virtual string InterfaceName => InterfaceType.ToString();

    internal GrainReferenceShared Shared { get; }

    public virtual TGrainInterface Cast<TGrainInterface>() where TGrainInterface : IAddressable =>
        (TGrainInterface)Shared.Runtime.Cast(this, typeof(TGrainInterface));

    public uint GetUniformHashCode() => GrainId.GetUniformHashCode();

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public sealed override string ToString() => $"GrainReference:{GrainId}";

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) =>
        reference1 is null ? reference2 is null : reference1.Equals(reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) =>
        !(reference1 == reference2);
}

/// <summary>What all references of one interface to one grain type have in common.</summary>
public class GrainReferenceShared
{
    internal GrainReferenceShared(GrainType grainType, GrainInterfaceType interfaceType, ICallRuntime runtime)
    {
        GrainType = grainType;
        InterfaceType = interfaceType;
        Runtime = runtime;
    }

    public GrainType GrainType { get; }

    public GrainInterfaceType InterfaceType { get; }

    internal ICallRuntime Runtime { get; }
}
