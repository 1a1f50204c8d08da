using Microsoft.Extensions.Logging;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>
/// Looks at the containers of a node when their probes are due. One queue and one timer for all of them, and the looks
/// themselves beside the node's scheduler, which hears only of what it has to act on or to tell. Where containers are
/// simulated everything runs on that scheduler instead, so that a seed repeats it.
/// </summary>
internal sealed class NodeProber(IContainerRuntime runtime, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // Looks that are due within so short a time begin together: timers cost more than the looks are late.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<ProbeRun, TimeSpan> _due = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskScheduler _node = TaskScheduler.Default;
    private TimeSpan _firesAt = TimeSpan.MaxValue;
    private ITimer? _timer;
    private int _underWay = 1;
    private bool _isStopped;

    /// <summary>The prober's clock: it never jumps.</summary>
    public TimeSpan Now => time.GetElapsedTime(0);

    private IProbeAnswers? Answers => runtime.ProbeAnswers;

    /// <summary>News go to this scheduler.</summary>
    public void Start(TaskScheduler node) => _node = node;

    /// <summary>How a probe of a container is asked.</summary>
    public ILook? LookFor(ProbeTarget target, Api.Core.V1.Probe probe) =>
        Answers is null ? Looks.For(runtime, target, probe) : null;

    /// <summary>Begins to look at a container.</summary>
    public void Begin(ContainerProbes probes) => Begin(probes.AtFirst, probes.IsAdopted);

    /// <summary>Ends all looks; nothing is heard of them any more.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isStopped) return;
            _isStopped = true;
            _due.Clear();
            _timer?.Dispose();
        }
        _ended.Cancel();
        Leave();
        await _idle.Task;
        _ended.Dispose();
    }

    private void Begin(IEnumerable<ProbeRun> runs, bool isAdopted)
    {
        foreach (var run in runs)
        {
            if (run.First(Now, isAdopted) is { } at) Enqueue(run, at);
        }
    }

    private void Enqueue(ProbeRun run, TimeSpan at)
    {
        var now = Now;
        lock (_lock)
        {
            if (_isStopped) return;
            _due.Enqueue(run, at);
            SetTimer(now);
        }
    }

    // Only while the lock is held.
    private void SetTimer(TimeSpan now)
    {
        if (!_due.TryPeek(out _, out var first)) return;
        var at = new TimeSpan((first.Ticks + Step.Ticks - 1) / Step.Ticks * Step.Ticks);
        if (at >= _firesAt) return;
        _firesAt = at;
        var wait = at > now ? at - now : TimeSpan.Zero;
        _timer ??= NewTimer();
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    // Not with the context of whoever happened to begin the first look.
    private ITimer NewTimer()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return time.CreateTimer(
                static prober => ((NodeProber)prober!).OnTimer(), this, Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        if (Answers is null) Fire();
        else Post(static prober => ((NodeProber)prober!).Fire(), this);
    }

    private void Fire()
    {
        var now = Now;
        var due = new List<ProbeRun>();
        lock (_lock)
        {
            if (_isStopped) return;
            while (_due.TryPeek(out var run, out var at) && at <= now)
            {
                _due.Dequeue();
                if (!run.IsStopped) due.Add(run);
            }
            _firesAt = TimeSpan.MaxValue;
            SetTimer(now);
        }
        foreach (var run in due)
        {
            if (Answers is { } answers) Ask(answers, run);
            else _ = LookAsync(run);
        }
    }

    private void Ask(IProbeAnswers answers, ProbeRun run)
    {
        if (run.Pending is { } answered)
        {
            run.Pending = null;
            Take(run, answered);
            return;
        }
        var (answer, takes) = answers.Answer(run.Owner.Target.ContainerId, run.Settings.Kind, run.Probe);
        if (takes <= TimeSpan.Zero)
        {
            Take(run, answer);
            return;
        }
        var timeout = run.Settings.Timeout;
        run.Pending = takes < timeout ? answer : ProbeAnswer.Fail("context deadline exceeded");
        Enqueue(run, Now + (takes < timeout ? takes : timeout));
    }

    private async Task LookAsync(ProbeRun run)
    {
        lock (_lock)
        {
            if (_isStopped) return;
            _underWay++;
        }
        try
        {
            Take(run, await AnswerAsync(run));
        }
        catch (Exception bug)
        {
            logger.LogError(bug, "A look at container {Container} failed", run.Owner.Target.ContainerId);
            Take(run, ProbeAnswer.Unclear(bug.Message));
        }
        finally
        {
            Leave();
        }
    }

    private async Task<ProbeAnswer> AnswerAsync(ProbeRun run)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        limit.CancelAfter(run.Settings.Timeout);
        try
        {
            return await run.Look!.LookAsync(run.Settings.Timeout, limit.Token);
        }
        catch (Exception unclear) when (unclear is LookException or RuntimeUnavailableException)
        {
            return ProbeAnswer.Unclear(unclear.Message);
        }
    }

    private void Take(ProbeRun run, ProbeAnswer answer)
    {
        if (run.IsStopped || _ended.IsCancellationRequested) return;
        var hadStarted = run.Count.Result == ProbeOutcome.Success;
        var (next, news) = run.Take(answer, Now);
        if (news is { } told) Tell(run.Owner, told);
        if (next is { } at) Enqueue(run, at);
        var hasStarted = run is { Settings.Kind: ProbeKind.Startup, Count.Result: ProbeOutcome.Success };
        if (hasStarted && !hadStarted) Begin(run.Owner.AfterStart, isAdopted: false);
    }

    private void Tell(ContainerProbes probes, ProbeNews news)
    {
        if (Answers is not null) probes.Tell(news);
        else Post(static told => told.Probes.Tell(told.News), (Probes: probes, News: news));
    }

    private void Post<T>(Action<T> work, T state) => Task.Factory.StartNew(
        () => work(state), CancellationToken.None, TaskCreationOptions.None, _node);

    private void Leave()
    {
        lock (_lock)
        {
            if (--_underWay > 0) return;
        }
        _idle.TrySetResult();
    }
}
