namespace Orchestrator.Fault.Tests.Faults;

/// <summary>What is done to the cluster.</summary>
public enum FaultKind
{
    /// <summary>A silo's process is killed; its supervisor starts it again.</summary>
    KillSilo,

    /// <summary>Two silos at once.</summary>
    KillTwoSilos,

    /// <summary>A silo's process halts so shortly that nobody must think it dead.</summary>
    PauseBriefly,

    /// <summary>A silo's process halts until the others must think it dead, and then goes on.</summary>
    PauseLong,

    /// <summary>Two silos cannot reach each other, while both reach everybody else.</summary>
    CutSilos,

    /// <summary>A silo's way to the store hangs; it is replaced, and then what it had begun goes on.</summary>
    FreezeStore,

    /// <summary>The database server is stopped and started.</summary>
    RestartDatabase,

    /// <summary>The database server is killed and started.</summary>
    KillDatabase,
}

/// <summary>One fault: what, to whom, and for how long.</summary>
/// <param name="Kind">What.</param>
/// <param name="Victim">Which silo, counted from 0.</param>
/// <param name="Other">The silo at the other end of a cut.</param>
/// <param name="Lasts">How long it stays; nothing for a kill.</param>
/// <param name="Rest">How long nothing else is done afterwards.</param>
public sealed record FaultStep(FaultKind Kind, int Victim, int Other, TimeSpan Lasts, TimeSpan Rest)
{
    /// <inheritdoc />
    public override string ToString() => Kind switch
    {
        FaultKind.CutSilos or FaultKind.KillTwoSilos =>
            $"{Kind} {Victim} and {Other} for {Lasts.TotalSeconds:0.0} s, then {Rest.TotalSeconds:0.0} s",
        FaultKind.RestartDatabase or FaultKind.KillDatabase => $"{Kind}, then {Rest.TotalSeconds:0.0} s",
        _ => $"{Kind} {Victim} for {Lasts.TotalSeconds:0.0} s, then {Rest.TotalSeconds:0.0} s",
    };
}

/// <summary>Which silos a fault strikes, so that their own clients cannot be served.</summary>
public static class Victims
{
    /// <summary>Whether it strikes the silo.</summary>
    public static bool Strikes(this FaultStep fault, int silo) => fault.Kind switch
    {
        FaultKind.RestartDatabase or FaultKind.KillDatabase => false,
        FaultKind.CutSilos or FaultKind.KillTwoSilos => silo == fault.Victim || silo == fault.Other,
        _ => silo == fault.Victim,
    };
}

/// <summary>A fault that was made, by the clock of the round: until its effects must have passed.</summary>
public sealed record Happened(FaultStep Fault, long From, long Until);
