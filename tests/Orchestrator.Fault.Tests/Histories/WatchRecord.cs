namespace Orchestrator.Fault.Tests.Histories;

/// <summary>What a watch said happened.</summary>
public enum EventType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One event as a watcher got it.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Sight">The version; of a deletion the last state under the deletion's revision.</param>
/// <param name="At">When it arrived.</param>
public sealed record WatchEvent(EventType Type, Sight Sight, long At = Operation.Never);

/// <summary>All that one watcher got, over all its connections.</summary>
/// <param name="Watcher">Its name.</param>
/// <param name="From">The revision it began after.</param>
/// <param name="Through">The revision it was given time to reach.</param>
/// <param name="Events">In the order of arrival.</param>
public sealed record WatchRecord(string Watcher, long From, long Through, IReadOnlyList<WatchEvent> Events)
{
    /// <summary>How often it was told that the version it would go on from is too old.</summary>
    public int Expirations { get; init; }
}

/// <summary>Everything that was seen from outside.</summary>
public sealed record History(IReadOnlyList<Operation> Operations, IReadOnlyList<WatchRecord> Watches);
