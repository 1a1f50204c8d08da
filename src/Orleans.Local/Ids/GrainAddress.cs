namespace Orleans.Runtime;

/// <summary>Where an activation lives.</summary>
[Immutable]
public sealed class GrainAddress
{
    public GrainId GrainId { get; init; }

    public ActivationId ActivationId { get; init; }

    public SiloAddress? SiloAddress { get; init; }

    public override string ToString() => $"[{SiloAddress} {GrainId} {ActivationId}]";
}
