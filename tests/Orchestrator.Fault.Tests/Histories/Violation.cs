namespace Orchestrator.Fault.Tests.Histories;

/// <summary>What a history must not show.</summary>
public enum Rule
{
    /// <summary>Two versions, or two objects, under one resourceVersion.</summary>
    RevisionReused,

    /// <summary>A watcher got an event again, or an older one after a newer one.</summary>
    WatchRepeated,

    /// <summary>A watcher did not get an event that another one got.</summary>
    WatchMissed,

    /// <summary>A watcher was sent away with "too old".</summary>
    WatchExpired,

    /// <summary>An event that cannot follow the one before it on the same object.</summary>
    ImpossibleEvent,

    /// <summary>An acknowledged write that is not in the log.</summary>
    LostWrite,

    /// <summary>A write that took effect with other contents than were sent.</summary>
    NotAsWritten,

    /// <summary>A version nobody wrote.</summary>
    Unexplained,

    /// <summary>A refused write that took effect.</summary>
    RefusedYetApplied,

    /// <summary>One write that took effect twice.</summary>
    AppliedTwice,

    /// <summary>A write that overwrote a version its writer did not know.</summary>
    LostUpdate,

    /// <summary>A write that came, by its revision, before what was known when it was called.</summary>
    RevisionWentBack,

    /// <summary>A read that shows what was already history when it was called, or what was not yet there.</summary>
    StaleRead,

    /// <summary>A list that shows no state there ever was.</summary>
    WrongList,

    /// <summary>A refusal whose reason was never true while the call lasted.</summary>
    UnfoundedRefusal,
}

/// <summary>A rule that a history breaks, and where.</summary>
public sealed record Violation(Rule Rule, string What)
{
    /// <inheritdoc />
    public override string ToString() => $"{Rule}: {What}";
}
