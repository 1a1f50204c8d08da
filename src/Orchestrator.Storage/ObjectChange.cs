namespace Orchestrator.Storage;

/// <summary>What a commit did to one object.</summary>
public enum ChangeType
{
    /// <summary>It was not there before.</summary>
    Added,

    /// <summary>It was there before.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,
}

/// <summary>
/// One entry of the ordered change feed. For a deletion <paramref name="Object"/> is the last state, with the revision
/// of the deletion as its resourceVersion.
/// </summary>
public sealed record ObjectChange(ChangeType Type, long Revision, StoredObject Object, StoredObject? Previous);
