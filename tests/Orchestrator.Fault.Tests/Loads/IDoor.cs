using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>What a call came to: a version, a refusal with its reason, or trouble of unknown outcome.</summary>
public sealed record Answer(Outcome Outcome, Sight? Seen = null, string Said = "")
{
    /// <summary>It came with the warning that newer changes may be missing.</summary>
    public bool IsWarned { get; init; }

    /// <summary>What a list showed.</summary>
    public IReadOnlyList<Sight> Items { get; init; } = [];

    /// <summary>The resourceVersion of a list.</summary>
    public long ListRevision { get; init; }
}

/// <summary>The version a watch would go on from is too old for the one who was asked.</summary>
public sealed class TooOldException(string why) : Exception(why);

/// <summary>A watch cannot be had now; the same watcher may ask again.</summary>
public sealed class DoorClosedException(string why, Exception? inner = null) : Exception(why, inner);

/// <summary>
/// One way into the cluster, to the ConfigMaps of one namespace. Trouble is an answer of unknown outcome and never an
/// exception.
/// </summary>
public interface IDoor
{
    /// <summary>The silo behind it.</summary>
    string Name { get; }

    Task<Answer> CreateAsync(string name, string token, long count);

    /// <summary>Replaces the object if it still is what was seen.</summary>
    Task<Answer> UpdateAsync(Sight seen, string token, long count);

    /// <summary>Writes the token into whatever there is.</summary>
    Task<Answer> PatchAsync(string name, string token);

    /// <summary>Deletes one life of the object.</summary>
    Task<Answer> DeleteAsync(string name, string uid);

    /// <summary>The newest version; done with nothing seen when there is none.</summary>
    Task<Answer> GetAsync(string name);

    Task<Answer> ListAsync();

    /// <summary>
    /// Events after a revision, until the connection ends; bookmarks come as a revision without an event.
    /// </summary>
    /// <exception cref="TooOldException">It must list first.</exception>
    /// <exception cref="DoorClosedException">It cannot be had now.</exception>
    IAsyncEnumerable<(WatchEvent? Event, long Revision)> WatchAsync(long after, CancellationToken cancellation);
}
