namespace Orchestrator.Reconcilers.Images;

/// <summary>The disk that images are on.</summary>
public sealed record DiskSight(long CapacityBytes, long AvailableBytes)
{
    /// <summary>As the kubelet rounds it.</summary>
    public int UsedPercent => CapacityBytes <= 0
        ? 0
        : 100 - (int)((Int128)Math.Clamp(AvailableBytes, 0, CapacityBytes) * 100 / CapacityBytes);
}

/// <summary>One image that is to go.</summary>
public sealed record ImageRemoval(string Id, long SizeBytes, string Why);

/// <summary>What to remove.</summary>
/// <param name="Aged">All of these go.</param>
/// <param name="ForRoom">These go in turn, until <paramref name="BytesWanted"/> are freed.</param>
/// <param name="BytesWanted">How much is to be freed; 0 when there is room.</param>
public sealed record ImageGcPlan(
    IReadOnlyList<ImageRemoval> Aged, IReadOnlyList<ImageRemoval> ForRoom, long BytesWanted)
{
    /// <summary>Nothing to do.</summary>
    public static ImageGcPlan Nothing { get; } = new([], [], 0);
}

/// <summary>Decides which images a node removes: first what is too old, then, for want of room, the oldest.</summary>
public static class ImageGc
{
    /// <summary>One look.</summary>
    /// <param name="records">All images, as remembered.</param>
    /// <param name="disk">The disk they are on; null when nobody can tell, and then age alone decides.</param>
    /// <param name="limits">The settings.</param>
    /// <param name="began">When the node began to look: nothing can be known to be unused for longer.</param>
    /// <param name="now">The time of the look.</param>
    public static ImageGcPlan Plan(
        IReadOnlyList<ImageRecord> records, DiskSight? disk, ImageGcLimits limits, DateTimeOffset began,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(limits);
        if (limits.IsOff) return ImageGcPlan.Nothing;
        var free = records
            .Where(record => !record.Sight.IsKept && !record.Sight.IsUsed && now - record.FirstSeen >= limits.AgeMin)
            .OrderBy(record => record.LastUsed).ThenBy(record => record.FirstSeen)
            .ThenBy(record => record.Id, StringComparer.Ordinal).ToList();
        var aged = free.Where(record => IsTooOld(record, limits, began, now)).ToList();
        var wanted = Math.Max(0, BytesWanted(disk, limits) - aged.Sum(record => record.Sight.SizeBytes));
        return new ImageGcPlan(
            [.. aged.Select(record => Removal(record, $"no container has used it for {Days(limits.UnusedMax)}"))],
            wanted == 0
                ? []
                : [.. free.Except(aged).Select(record => Removal(record,
                    $"the disk is {disk!.UsedPercent} % full, more than {limits.HighPercent} %"))],
            wanted);
    }

    private static bool IsTooOld(
        ImageRecord record, ImageGcLimits limits, DateTimeOffset began, DateTimeOffset now) =>
        limits.UnusedMax > TimeSpan.Zero && now - began > limits.UnusedMax
        && now - Later(record.LastUsed, Later(record.FirstSeen, began)) > limits.UnusedMax;

    // From above the high mark down to the low one: between the two nothing is removed, lest each pull removes one.
    private static long BytesWanted(DiskSight? disk, ImageGcLimits limits)
    {
        if (disk is not { CapacityBytes: > 0 } || limits.HighPercent >= 100) return 0;
        if (disk.UsedPercent < limits.HighPercent) return 0;
        var wanted = (long)((Int128)disk.CapacityBytes * (100 - limits.LowPercent) / 100) - disk.AvailableBytes;
        return Math.Max(0, wanted);
    }

    private static ImageRemoval Removal(ImageRecord record, string why) => new(record.Id, record.Sight.SizeBytes, why);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static string Days(TimeSpan span) => span.TotalDays >= 1 ? $"{span.TotalDays:0.#} days" : $"{span}";
}
