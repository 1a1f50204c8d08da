using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer whose callbacks are turns of its grain.</summary>
public interface IGrainTimer : IDisposable
{
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>How a grain timer behaves.</summary>
public readonly struct GrainTimerCreationOptions
{
    public GrainTimerCreationOptions() { }

    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    public required TimeSpan DueTime { get; init; }

    public required TimeSpan Period { get; init; }

    /// <summary>Whether a callback may run between the awaits of other turns.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a callback counts as use, so that the activation is not collected.</summary>
    public bool KeepAlive { get; init; }
}
