using System.Collections.Concurrent;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Waits for many sockets on one thread, and goes on right there with whoever waited. When one is ready the others get
/// a moment to catch up: what was asked together is answered nearly together, and each awakening costs as much as a
/// few answers.
/// </summary>
internal sealed class SocketWaits : IDisposable
{
    private const int EventsMax = 128;
    private static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(1);

    private readonly object _gate = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _waiting = new();
    private int _set = -1;
    private int _end = -1;
    private bool _isStopped;

    /// <summary>Returns when a socket can be read or written, or has failed; now and then for nothing.</summary>
    /// <param name="isIn">The socket was waited for before.</param>
    public async ValueTask WaitAsync(int socket, bool isIn, bool toWrite, CancellationToken cancellation)
    {
        var wait = new TaskCompletionSource();
        _waiting[socket] = wait;
        try
        {
            Watch(socket, isIn, toWrite);
            using (cancellation.UnsafeRegister(
                static (wait, token) => ((TaskCompletionSource)wait!).TrySetCanceled(token), wait))
            {
                await wait.Task;
            }
        }
        finally
        {
            _waiting.TryRemove(socket, out _);
        }
    }

    /// <summary>Nobody is waited for any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isStopped) return;
            _isStopped = true;
            Monitor.Pulse(_gate);
            if (_set < 0) return;
            _end = BareSockets.OpenReady();
            BareSockets.Watch(_set, _end, isIn: false, toWrite: false);
        }
    }

    private void Watch(int socket, bool isIn, bool toWrite)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopped, this);
            if (_set < 0)
            {
                _set = BareSockets.OpenSet();
                new Thread(Run) { Name = "sockets", IsBackground = true }.UnsafeStart();
            }
            BareSockets.Watch(_set, socket, isIn, toWrite);
        }
    }

    private void Run()
    {
        var events = new byte[EventsMax * BareSockets.EventBytes];
        while (true)
        {
            // Who is told of a socket is not told again.
            var count = BareSockets.Wait(_set, events.AsSpan(0, BareSockets.EventBytes), Timeout.Infinite);
            if (!LetCatchUp()) break;
            count += BareSockets.Wait(_set, events.AsSpan(count * BareSockets.EventBytes), 0);
            for (var i = 0; i < count; i++)
            {
                if (_waiting.TryGetValue(BareSockets.SocketOf(events, i), out var wait)) wait.TrySetResult();
            }
        }
        lock (_gate)
        {
            BareSockets.Close(_set);
            BareSockets.Close(_end);
        }
        foreach (var left in _waiting.Values) left.TrySetCanceled();
    }

    // False at the end.
    private bool LetCatchUp()
    {
        lock (_gate)
        {
            if (!_isStopped) Monitor.Wait(_gate, CatchUp);
            return !_isStopped;
        }
    }
}
