namespace Orchestrator.Reconcilers.Images;

/// <summary>An image as one look at an engine shows it.</summary>
/// <param name="Id">By content.</param>
/// <param name="IsUsed">Some container, running or not, ours or not, was made from it.</param>
/// <param name="IsKept">It must stay: the engine could not get it again, or the node itself needs it.</param>
public sealed record ImageSight(string Id, long SizeBytes, bool IsUsed, bool IsKept);

/// <summary>What a node remembers of an image over many looks.</summary>
/// <param name="FirstSeen">When it was first seen; the beginning of time for what was there before the node.</param>
/// <param name="LastUsed">The last look that saw it used; the beginning of time for never.</param>
public sealed record ImageRecord(ImageSight Sight, DateTimeOffset FirstSeen, DateTimeOffset LastUsed)
{
    /// <summary>By content.</summary>
    public string Id => Sight.Id;

    /// <summary>
    /// The memory after one more look. What has gone is forgotten; what the very first look finds is taken for old.
    /// </summary>
    /// <param name="known">The memory before; null at the first look.</param>
    /// <param name="seen">What the look shows.</param>
    /// <param name="now">The time of the look.</param>
    public static IReadOnlyList<ImageRecord> After(
        IReadOnlyList<ImageRecord>? known, IEnumerable<ImageSight> seen, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(seen);
        var before = (known ?? []).ToDictionary(record => record.Id, StringComparer.Ordinal);
        var birth = known is null ? DateTimeOffset.MinValue : now;
        return
        [
            .. seen.DistinctBy(sight => sight.Id).Select(sight =>
            {
                var old = before.GetValueOrDefault(sight.Id);
                return new ImageRecord(sight, old?.FirstSeen ?? birth,
                    sight.IsUsed ? now : old?.LastUsed ?? DateTimeOffset.MinValue);
            }),
        ];
    }
}
