namespace Orchestrator.Nodes.Simulated;

/// <summary>
/// The events one watcher has not read yet. Everything is read and changed under the engine's lock. Not a channel, so
/// that it is plain to see on which scheduler the reader goes on: a test must know when all is settled.
/// </summary>
internal sealed class SimulatedWatch
{
    private readonly Queue<RuntimeEvent> _events = new();
    private TaskCompletionSource? _changed;
    private Exception? _end;

    /// <summary>Completes at the next event or the end.</summary>
    public TaskCompletionSource Changed => _changed is { Task.IsCompleted: false } pending
        ? pending
        : _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(RuntimeEvent what)
    {
        _events.Enqueue(what);
        Change();
    }

    /// <summary>No more events: what is there can still be read, then the fault is met.</summary>
    public void End(Exception fault)
    {
        _end ??= fault;
        Change();
    }

    /// <returns>The oldest event; null when there is none now.</returns>
    public RuntimeEvent? Take()
    {
        if (_events.TryDequeue(out var what)) return what;
        return _end is null ? null : throw _end;
    }

    private void Change()
    {
        _changed?.TrySetResult();
        _changed = null;
    }
}
