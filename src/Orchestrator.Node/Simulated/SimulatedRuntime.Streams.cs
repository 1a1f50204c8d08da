using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace Orchestrator.Nodes.Simulated;

/// <content>Events and logs.</content>
public sealed partial class SimulatedRuntime
{
    private readonly List<Channel<RuntimeEvent>> _watchers = [];

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellation)
    {
        // Opened here and not at the first read, so that nothing between a watch and a list is lost.
        var channel = Channel.CreateUnbounded<RuntimeEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate)
        {
            if (_outage is { } why)
            {
                channel.Writer.Complete(new RuntimeUnavailableException(why));
            }
            else
            {
                _watchers.Add(channel);
            }
        }
        return ReadAsync(channel, cancellation);
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
            Task changed;
            bool isOver;
            lock (_gate)
            {
                ThrowIfOut();
                piece = Encoding.UTF8.GetBytes(string.Concat(container.Lines.Skip(next)
                    .Where(line => query.Since is not { } since || line.Time >= since)
                    .Select(line => Text(line, query.Timestamps))));
                next = container.Lines.Count;
                isOver = !query.Follow || container.IsRemoved || container.Phase == ContainerPhase.Exited;
                changed = isOver ? Task.CompletedTask : container.Changed;
            }
            if (piece.Length > 0)
            {
                await output.WriteAsync(piece, cancellation);
                await output.FlushAsync(cancellation);
            }
            if (isOver)
            {
                return;
            }
            await changed.WaitAsync(cancellation);
        }
    }

    // The loop is written out because ReadAllAsync leaves the scheduler of the caller, and with it the seed's order.
    private async IAsyncEnumerable<RuntimeEvent> ReadAsync(
        Channel<RuntimeEvent> channel, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellation))
            {
                while (channel.Reader.TryRead(out var what))
                {
                    yield return what;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(channel);
            }
        }
    }

    private void Publish(SimulatedContainer container, RuntimeEventType type)
    {
        if (_watchers.Count == 0)
        {
            return;
        }
        var what = new RuntimeEvent(type, container.Id, _time.GetUtcNow(), container.Labels);
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryWrite(what);
        }
    }

    private void CloseWatchers(RuntimeUnavailableException why)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Writer.TryComplete(why);
        }
        _watchers.Clear();
    }

    private static string Text((DateTimeOffset Time, string Text) line, bool isStamped) => isStamped
        ? string.Create(CultureInfo.InvariantCulture, $"{line.Time.UtcDateTime:O} {line.Text}\n")
        : $"{line.Text}\n";
}
