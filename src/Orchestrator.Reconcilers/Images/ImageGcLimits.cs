namespace Orchestrator.Reconcilers.Images;

/// <summary>When images of a node are removed, as the kubelet's settings of the same names say.</summary>
public sealed record ImageGcLimits
{
    /// <summary>Usage of the disk, in percent, from which images are removed; 100 never removes any for room.</summary>
    public int HighPercent { get; init; } = 85;

    /// <summary>Usage of the disk, in percent, down to which they are removed.</summary>
    public int LowPercent { get; init; } = 80;

    /// <summary>A younger image is left alone, for a container may be about to use it.</summary>
    public TimeSpan AgeMin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An image that nobody has used for longer is removed whatever the room; zero keeps it.</summary>
    public TimeSpan UnusedMax { get; init; }

    /// <summary>Nothing is ever removed.</summary>
    public bool IsOff => HighPercent >= 100 && UnusedMax <= TimeSpan.Zero;
}
