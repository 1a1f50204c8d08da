namespace Orchestrator.Api.Patching;

/// <summary>How one field merges, in strategic merge patches and in server-side apply.</summary>
public sealed record MergeRule
{
    /// <summary>Lists are replaced whole, records and maps merge by field.</summary>
    public static MergeRule Default { get; } = new();

    /// <summary>Strategic merge finds list elements by this field; null replaces the list.</summary>
    public string? MergeKey { get; init; }

    /// <summary>Strategic merge treats the list of plain values as a set.</summary>
    public bool IsPrimitiveMerge { get; init; }

    /// <summary>Strategic merge replaces the record whole.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>
    /// A client that computes a strategic merge says which fields of the record, or of an element, are to stay.
    /// </summary>
    public bool RetainsKeys { get; init; }

    /// <summary>Apply finds list elements by these fields; none makes the list one value.</summary>
    public IReadOnlyList<ApplyKey> ApplyKeys { get; init; } = [];

    /// <summary>Apply treats the list of plain values as a set.</summary>
    public bool IsApplySet { get; init; }

    /// <summary>Apply treats the record or map as one value.</summary>
    public bool IsApplyAtomic { get; init; }
}

/// <summary>A field that identifies a list element, and what it is taken to be when it is left out.</summary>
public sealed record ApplyKey(string Name, string? DefaultText = null);
