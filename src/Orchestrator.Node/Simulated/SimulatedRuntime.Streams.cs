using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Nodes.Simulated;

/// <content>Events and logs.</content>
public sealed partial class SimulatedRuntime
{
    private readonly List<SimulatedWatch> _watchers = [];

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellation)
    {
        // Opened here and not at the first read, so that nothing between a watch and a list is lost.
        var watch = new SimulatedWatch();
        lock (_gate)
        {
            if (_outage is { } why)
            {
                watch.End(new RuntimeUnavailableException(why));
            }
            else
            {
                _watchers.Add(watch);
            }
        }
        return ReadAsync(watch, cancellation);
    }

    /// <inheritdoc/>
    public async Task CopyLogsAsync(string id, LogQuery query, Stream output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(output);
        SimulatedContainer container;
        int next;
        lock (_gate)
        {
            ThrowIfOut();
            container = Existing(id);
            next = query.TailLines is { } tail ? (int)Math.Max(0, container.Lines.Count - tail) : 0;
        }
        while (true)
        {
            byte[] piece;
            TaskCompletionSource? changed;
            lock (_gate)
            {
                ThrowIfOut();
                piece = Encoding.UTF8.GetBytes(string.Concat(container.Lines.Skip(next)
                    .Where(line => query.Since is not { } since || line.Time >= since)
                    .Select(line => Text(line, query.Timestamps))));
                next = container.Lines.Count;
                var isOver = !query.Follow || container.IsRemoved || container.Phase == ContainerPhase.Exited;
                changed = isOver ? null : container.Changed;
            }
            if (piece.Length > 0)
            {
                await output.WriteAsync(piece, cancellation);
                await output.FlushAsync(cancellation);
            }
            if (changed is null)
            {
                return;
            }
            await ChangeAsync(changed, cancellation);
        }
    }

    private async IAsyncEnumerable<RuntimeEvent> ReadAsync(
        SimulatedWatch watch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                RuntimeEvent? what;
                TaskCompletionSource? changed;
                lock (_gate)
                {
                    what = watch.Take();
                    changed = what is null ? watch.Changed : null;
                }
                if (what is not null)
                {
                    yield return what;
                }
                else
                {
                    await ChangeAsync(changed!, cancellation);
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watch);
            }
        }
    }

    // Completed by the cancellation too, for the ready-made wait for either leaves the scheduler of the caller.
    private static async Task ChangeAsync(TaskCompletionSource changed, CancellationToken cancellation)
    {
        using (cancellation.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), changed))
        {
            await changed.Task;
        }
        cancellation.ThrowIfCancellationRequested();
    }

    private void Publish(SimulatedContainer container, RuntimeEventType type)
    {
        if (_watchers.Count == 0 && Observer is null)
        {
            return;
        }
        var what = new RuntimeEvent(type, container.Id, _time.GetUtcNow(), container.Labels);
        Observer?.Invoke(what);
        foreach (var watcher in _watchers)
        {
            watcher.Add(what);
        }
    }

    private void CloseWatchers(RuntimeUnavailableException why)
    {
        foreach (var watcher in _watchers)
        {
            watcher.End(why);
        }
        _watchers.Clear();
    }

    private static string Text((DateTimeOffset Time, string Text) line, bool isStamped) => isStamped
        ? string.Create(CultureInfo.InvariantCulture, $"{line.Time.UtcDateTime:O} {line.Text}\n")
        : $"{line.Text}\n";
}
