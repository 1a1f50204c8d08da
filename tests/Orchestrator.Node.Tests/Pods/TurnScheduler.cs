using System.Collections.Concurrent;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// Runs tasks one after another on the thread of the test, and only when told: a grain driven by hand.
/// </summary>
internal sealed class TurnScheduler : TaskScheduler, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentQueue<Task> _turns = new();
    private readonly ManualResetEventSlim _arrived = new();

    /// <summary>Runs work and all that follows from it until nothing is left to do.</summary>
    public void Do(Func<Task> work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
        SettleAll();
        var deadline = System.Diagnostics.Stopwatch.StartNew();
        while (!task.IsCompleted && deadline.Elapsed < Deadline) SettleAll();
        task.IsCompleted.ShouldBeTrue("the work waits for something that only time or the outside brings");
        task.GetAwaiter().GetResult();
    }

    public void Dispose() => _arrived.Dispose();

    /// <summary>
    /// Settles, and once more for what comes by way of the thread pool, as ends and events of channels do.
    /// </summary>
    public void SettleAll()
    {
        do
        {
            _arrived.Reset();
            Settle();
        }
        while (_arrived.Wait(Quiet));
    }

    private void Settle()
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            while (_turns.TryDequeue(out var turn)) TryExecuteTask(turn);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    protected override void QueueTask(Task task)
    {
        _turns.Enqueue(task);
        _arrived.Set();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _turns;
}
