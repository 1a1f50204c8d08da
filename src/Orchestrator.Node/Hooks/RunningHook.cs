namespace Orchestrator.Nodes.Hooks;

/// <summary>A preStop hook under way or over. For one scheduler only, so it holds no lock.</summary>
internal sealed class RunningHook(string containerId, CancellationToken lifetime) : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(lifetime);
    private readonly List<TaskCompletionSource> _waiting = [];

    public string ContainerId { get; } = containerId;

    public CancellationToken Token => _end.Token;

    public bool IsOver { get; private set; }

    public Task Completion { get; set; } = Task.CompletedTask;

    /// <summary>Nobody needs it any more.</summary>
    public void Cancel()
    {
        if (!IsOver) _end.Cancel();
    }

    /// <summary>It has returned, however.</summary>
    public void Finish()
    {
        IsOver = true;
        foreach (var waiting in _waiting) waiting.TrySetResult();
        _waiting.Clear();
    }

    /// <summary>Returns when it is over, or the time is, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        if (IsOver || longest <= TimeSpan.Zero) return;
        // One signal for all three: a task that combines others may detour over the thread pool.
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(over);
        using (time.CreateTimer(Fire, over, longest, Timeout.InfiniteTimeSpan))
        using (cancellation.UnsafeRegister(Fire, over))
        {
            await over.Task;
        }
        _waiting.Remove(over);
        cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose() => _end.Dispose();

    private static void Fire(object? over) => ((TaskCompletionSource)over!).TrySetResult();
}
