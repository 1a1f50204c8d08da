namespace Orchestrator.Grains;

/// <summary>Waits that end in time, on the clock that was handed in and on the scheduler of the caller.</summary>
internal static class Deadlines
{
    /// <summary>The outcome of a task, if it comes within the limit.</summary>
    /// <exception cref="TimeoutException">It did not; the task goes on unobserved.</exception>
    public static async Task Within(this Task task, TimeSpan limit, TimeProvider time)
    {
        if (!task.IsCompleted)
        {
            // A timer and no cancelled delay, for a cancellation that is awaited goes over the thread pool.
            var late = new TaskCompletionSource();
            using var timer = time.CreateTimer(
                static late => ((TaskCompletionSource)late!).TrySetResult(), late, limit, Timeout.InfiniteTimeSpan);
            if (await Task.WhenAny(task, late.Task) == late.Task)
            {
                Forget(task);
                throw new TimeoutException($"no answer within {limit.TotalSeconds:0.#} s");
            }
        }
        await task;
    }

    /// <inheritdoc cref="Within(Task, TimeSpan, TimeProvider)" />
    public static async Task<T> Within<T>(this Task<T> task, TimeSpan limit, TimeProvider time)
    {
        await ((Task)task).Within(limit, time);
        return await task;
    }

    /// <summary>Nobody waits for it, and how it ends is nobody's trouble.</summary>
    public static void Forget(Task task) => _ = task.ContinueWith(
        static ended => ended.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
