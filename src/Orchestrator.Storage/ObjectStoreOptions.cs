namespace Orchestrator.Storage;

/// <summary>Where the store lives and how much it keeps.</summary>
public sealed class ObjectStoreOptions
{
    /// <summary>The directory of the database file; null keeps everything in memory, for this process only.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// The PostgreSQL database that several processes share, as <c>postgres://user:password@host:port/database</c> or
    /// as Npgsql's key=value text; null keeps the store on this machine.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>Most writes in one transaction.</summary>
    public int BatchMax { get; set; } = 512;

    /// <summary>Most changes kept for watches to resume from.</summary>
    public int HistoryMax { get; set; } = 100_000;

    /// <summary>Changes older than this are forgotten.</summary>
    public TimeSpan HistoryAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Most changes forgotten in one transaction beyond those it adds.</summary>
    public int CompactionStepMax { get; set; } = 256;

    /// <summary>Most reasons kept per object.</summary>
    public int ReasonsPerObjectMax { get; set; } = 64;

    /// <summary>Most reasons kept in all.</summary>
    public int ReasonsMax { get; set; } = 50_000;

    /// <summary>How long a reason without a write may wait for a transaction to ride on.</summary>
    public TimeSpan ReasonDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most recent changes of one kind that the watch cache keeps in memory.</summary>
    public int WatchRingMax { get; set; } = 8_192;
}
