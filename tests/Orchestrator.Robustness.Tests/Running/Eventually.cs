using System.Diagnostics;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>Waits for conditions, and no longer than need be.</summary>
internal static class Eventually
{
    /// <summary>Returns when the condition holds.</summary>
    public static async Task Async(Func<bool> condition, Func<string> otherwise, int seconds = 30)
    {
        var begun = Stopwatch.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > TimeSpan.FromSeconds(seconds))
                throw new Xunit.Sdk.XunitException(otherwise());
            await pause.WaitForNextTickAsync();
        }
    }
}
