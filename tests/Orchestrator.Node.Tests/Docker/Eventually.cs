namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>Waits for the real world, with a deadline; says what was last seen when it passes.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(50);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static async Task<T> AsyncTrue<T>(string what, Func<Task<T?>> look, Func<T?, bool> isSo)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var timer = new PeriodicTimer(Between);
        T? seen;
        do
        {
            seen = await look();
            if (isSo(seen))
            {
                return seen!;
            }
        }
        while (!deadline.IsCancellationRequested && await timer.WaitForNextTickAsync());
        throw new TimeoutException($"not within {Deadline.TotalSeconds} s: {what}; last seen: {seen}");
    }
}
