namespace Orchestrator.Grains.Objects;

/// <summary>
/// Calls many children in batches of 1, 2, 4 … up to a bound: when every call is bound to fail, one or two fail and not
/// a thousand.
/// </summary>
internal static class SlowStart
{
    /// <summary>Runs the calls; stops after the batch in which the first one failed.</summary>
    /// <returns>The first failure, or null.</returns>
    public static async Task<Exception?> RunAsync<T>(IReadOnlyList<T> items, int fanOutMax, Func<T, Task> call)
    {
        for (int done = 0, size = 1; done < items.Count; done += size, size = Math.Min(size * 2, fanOutMax))
        {
            size = Math.Min(size, items.Count - done);
            var outcomes = await Task.WhenAll(items.Skip(done).Take(size).Select(item => Outcome(call, item)));
            if (outcomes.FirstOrDefault(outcome => outcome is not null) is { } failure) return failure;
        }
        return null;
    }

    private static async Task<Exception?> Outcome<T>(Func<T, Task> call, T item)
    {
        try
        {
            await call(item);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}
