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

    /// <summary>The log in memory that several stores of this process share; null gives each its own.</summary>
    public MemoryLog? SharedMemory { get; set; }

    /// <summary>How late a store hears of what others wrote to a shared log in memory; null means at once.</summary>
    public Func<TimeSpan>? FeedDelay { get; set; }

    /// <summary>
    /// How those who wait for the store go on: apart from the committer, or, where one thread runs everything in an
    /// order of its own, at once (<see cref="TaskCreationOptions.None"/>).
    /// </summary>
    public TaskCreationOptions Outcomes { get; set; } = TaskCreationOptions.RunContinuationsAsynchronously;

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

    /// <summary>How long a writer waits for its outcome to be settled after the database stopped answering.</summary>
    public TimeSpan SettleTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a reader waits to catch up with the other processes before it is told to try again.</summary>
    public TimeSpan CatchUpTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the database may take for a transaction, or to accept a connection.</summary>
    public TimeSpan DatabaseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a process that stopped amid its turn can keep the others from writing.</summary>
    public TimeSpan TurnTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the database is asked for news when it announces none.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether the database is asked to announce news; else they are only polled for.</summary>
    public bool ListensForNews { get; set; } = true;

    /// <summary>By how much the clocks of this machine and of the database may differ.</summary>
    public TimeSpan ClockSkewMax { get; set; } = TimeSpan.FromSeconds(10);
}
