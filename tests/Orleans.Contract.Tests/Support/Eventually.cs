namespace Orleans.Contract.Tests.Support;

/// <summary>Waits until something holds, and says what it was waiting for when it never does.</summary>
internal static class Eventually
{
    public static async Task Holds(Func<Task<bool>> condition, string what, int seconds = 20)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(seconds),
                $"never came true: {what}");
            using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            await pause.WaitForNextTickAsync();
        }
    }

    public static Task Holds(Func<bool> condition, string what, int seconds = 20) =>
        Holds(() => Task.FromResult(condition()), what, seconds);
}
