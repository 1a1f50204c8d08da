using System.Diagnostics;

namespace Orchestrator.Conformance.Tests.Running;

/// <summary>Waits for the world to become what a test expects.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks again and again until the look returns null (all is well) or the deadline passes.</summary>
    /// <param name="look">Returns what is still wrong, or null.</param>
    /// <param name="seconds">The deadline.</param>
    public static async Task Async(Func<Task<string?>> look, int seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var wrong = await look();
            if (wrong is null) return;
            if (watch.Elapsed.TotalSeconds > seconds) throw new Xunit.Sdk.XunitException($"after {seconds} s: {wrong}");
            using var timer = new PeriodicTimer(Pause);
            await timer.WaitForNextTickAsync();
        }
    }
}
