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

/// <summary>
/// The store cannot commit now, and the caller may try again. Nothing was written, unless
/// <see cref="IsOutcomeUnknown"/>: then the store settles it before the next write, and a retry meets the answer as a
/// revision mismatch.
/// </summary>
public sealed class StoreUnavailableException(string why, Exception? inner = null) : Exception(why, inner)
{
    /// <summary>The disk gave no answer whether the write was taken.</summary>
    public bool IsOutcomeUnknown { get; init; }
}

/// <summary>The store cannot be opened; the message says what stands in the way and what to do.</summary>
public sealed class StoreOpenException(string why, Exception? inner = null) : IOException(why, inner);
