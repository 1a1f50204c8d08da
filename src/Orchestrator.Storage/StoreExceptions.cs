using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>The object was written by someone else since the writer read it.</summary>
public sealed class RevisionMismatchException(ObjectKey key, long expected, long stored)
    : Exception($"{key} is at revision {stored}, the writer expected {expected}")
{
    /// <summary>The object.</summary>
    public ObjectKey Key { get; } = key;

    /// <summary>What the writer knew.</summary>
    public long Expected { get; } = expected;

    /// <summary>What is stored; 0 when there is no object.</summary>
    public long Stored { get; } = stored;
}

/// <summary>History does not reach back to the revision asked for.</summary>
public sealed class RevisionCompactedException(long asked, long oldest)
    : Exception($"too old resource version: {asked} ({oldest})")
{
    /// <summary>The revision asked for.</summary>
    public long Asked { get; } = asked;

    /// <summary>The oldest that is kept.</summary>
    public long Oldest { get; } = oldest;
}

/// <summary>The store cannot commit now; nothing was written, and the caller may try again.</summary>
public sealed class StoreUnavailableException(string why, Exception? inner = null) : Exception(why, inner);
