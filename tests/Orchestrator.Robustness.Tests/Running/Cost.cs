using System.Diagnostics;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>
/// What something costs at most: the time it took, or the work that this process did meanwhile if that is less. A
/// machine that stands still adds to the one alone, and tests beside it to the other alone.
/// </summary>
internal readonly record struct Cost(long Time, TimeSpan Work)
{
    /// <summary>The beginning of what is to be measured.</summary>
    public static Cost Now => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    /// <summary>What was spent since.</summary>
    public TimeSpan UntilNow
    {
        get
        {
            var (time, work) = (Stopwatch.GetElapsedTime(Time), Environment.CpuUsage.TotalTime - Work);
            return time < work ? time : work;
        }
    }
}
