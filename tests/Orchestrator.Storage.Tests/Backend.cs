namespace Orchestrator.Storage.Tests;

/// <summary>What a store under test stands on.</summary>
public enum Backend
{
    /// <summary>A log in memory for one store.</summary>
    Memory,

    /// <summary>A log in memory that several stores could share.</summary>
    SharedMemory,

    /// <summary>A file.</summary>
    Sqlite,

    /// <summary>A database.</summary>
    Postgres,
}
