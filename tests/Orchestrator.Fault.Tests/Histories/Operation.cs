namespace Orchestrator.Fault.Tests.Histories;

/// <summary>What a client asked for. An update names the version it is based on; a patch does not.</summary>
public enum Act
{
    Create,
    Update,
    Patch,
    Delete,
    Get,
    List,
}

/// <summary>What became of it, as far as the client can tell.</summary>
public enum Outcome
{
    /// <summary>Acknowledged.</summary>
    Done,

    /// <summary>Refused: it must never take effect.</summary>
    Refused,

    /// <summary>No answer, or one that does not say: it may take effect, once, at any time from its call on.</summary>
    Unknown,
}

/// <summary>One version of an object, as somebody saw it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Uid">Its life: another one after a deletion.</param>
/// <param name="Revision">Its resourceVersion.</param>
/// <param name="Token">Names the write that made it; no two writes share one.</param>
/// <param name="Count">Counts conditional updates; patches leave it alone.</param>
public sealed record Sight(string Key, string Uid, long Revision, string Token, long Count);

/// <summary>One call of one client. Times are ticks of one clock.</summary>
public sealed record Operation
{
    /// <summary>The time of an answer that never came.</summary>
    public const long Never = long.MaxValue;

    /// <summary>Who called.</summary>
    public string Client { get; init; } = "";

    /// <summary>The silo it called.</summary>
    public string Via { get; init; } = "";

    /// <summary>What it asked for.</summary>
    public required Act Act { get; init; }

    /// <summary>The object; "" for a list.</summary>
    public string Key { get; init; } = "";

    /// <summary>When it was called.</summary>
    public required long Invoked { get; init; }

    /// <summary>When it returned; <see cref="Never"/> while the outcome is unknown.</summary>
    public long Returned { get; init; } = Never;

    /// <summary>When the client got its answer or gave up; of no meaning to the rules.</summary>
    public long Ended { get; init; }

    /// <summary>What became of it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The token it wrote.</summary>
    public string Token { get; init; } = "";

    /// <summary>The count it wrote: creates and updates only.</summary>
    public long Count { get; init; }

    /// <summary>The version an update is based on.</summary>
    public long Expected { get; init; }

    /// <summary>The life a deletion is meant for.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The version it answered with; null for a read that found nothing.</summary>
    public Sight? Seen { get; init; }

    /// <summary>What a list showed.</summary>
    public IReadOnlyList<Sight> Items { get; init; } = [];

    /// <summary>The resourceVersion of a list.</summary>
    public long ListRevision { get; init; }

    /// <summary>A read that was answered with the warning that newer changes may be missing.</summary>
    public bool IsWarned { get; init; }

    /// <summary>The reason of a refusal, or what is known of the trouble.</summary>
    public string Said { get; init; } = "";

    /// <summary>Whether it changes the object.</summary>
    public bool IsWrite => Act is Act.Create or Act.Update or Act.Patch or Act.Delete;

    /// <inheritdoc />
    public override string ToString() =>
        $"{Client} via {Via} [{Invoked}..{(Returned == Never ? "?" : Returned)}] {Act} {Key} token={Token} "
        + $"count={Count} expected={Expected} uid={Uid}: {Outcome} {Said} {Seen}";
}
