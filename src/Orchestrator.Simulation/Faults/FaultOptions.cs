namespace Orchestrator.Simulations.Faults;

/// <summary>What goes wrong, and how often, while there is a storm. Between storms nothing does.</summary>
public sealed record FaultOptions
{
    /// <summary>Everything, as is fit for a small cluster and an hour.</summary>
    public static FaultOptions All { get; } = new();

    /// <summary>Nothing at all; calls and engines are still of varying speed.</summary>
    public static FaultOptions None { get; } = new() { Kinds = [] };

    /// <summary>The kinds that happen.</summary>
    public IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();

    /// <summary>Time between two faults, on average.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Whether a kind may happen.</summary>
    public bool Has(FaultKind kind) => Kinds.Contains(kind);
}
