namespace Orchestrator.Fault.Tests.Faults;

/// <summary>Waits for the world to become what is expected.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until it is so or the time is up.</summary>
    /// <returns>Whether it came true.</returns>
    public static Task<bool> TrueAsync(Func<bool> look, TimeSpan patience) =>
        TrueAsync(() => Task.FromResult(look()), patience);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan)" />
    public static async Task<bool> TrueAsync(Func<Task<bool>> look, TimeSpan patience)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Pause);
        while (!await look())
        {
            if (TimeProvider.System.GetElapsedTime(start) > patience) return false;
            await timer.WaitForNextTickAsync();
        }
        return true;
    }

    /// <summary>Waits until a look finds nothing wrong any more; else fails with what is.</summary>
    /// <param name="look">What is still wrong, or null.</param>
    /// <param name="patience">The deadline.</param>
    public static async Task RightAsync(Func<Task<string?>> look, TimeSpan patience)
    {
        var wrong = "";
        var isRight = await TrueAsync(async () => (wrong = await look()) is null, patience);
        Assert.True(isRight, $"after {patience}: {wrong}");
    }
}
