using System.Collections.Concurrent;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// Runs tasks one after another on the thread of the test, and only when told: a grain driven by hand. Whatever they
/// set off must come back on that same thread, so an empty queue means that all is settled and nothing has to be waited
/// for.
/// </summary>
internal sealed class TurnScheduler : TaskScheduler
{
    private readonly ConcurrentQueue<Task> _turns = new();
    private Thread _driver = Thread.CurrentThread;
    private string? _intruder;

    /// <summary>Runs work and all that follows from it until nothing is left to do.</summary>
    public void Do(Func<Task> work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();
        SettleAll();
        task.IsCompleted.ShouldBeTrue("the work waits for something that only time or the outside brings");
        task.GetAwaiter().GetResult();
    }

    /// <summary>Runs what is to be run, and what that sets off, until nothing is left.</summary>
    public void SettleAll()
    {
        _driver = Thread.CurrentThread;
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
        _intruder.ShouldBeNull("work came from another thread, at a moment no test can know");
    }

    // A detour over the thread pool would be seen only now and then, so one that is seen fails the test.
    protected override void QueueTask(Task task)
    {
        if (Thread.CurrentThread != _driver) _intruder ??= Environment.StackTrace;
        _turns.Enqueue(task);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _turns;
}
