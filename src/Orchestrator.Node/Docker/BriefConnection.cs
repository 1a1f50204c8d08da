using System.Net;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// A connection to a pod over the network of this machine for a few bytes and a short time: cheap to have, and slower
/// than a <see cref="SocketConnection"/> for many bytes. For one caller at a time.
/// </summary>
internal sealed class BriefConnection(SocketWaits waits, IPAddress address, int port) : IPodConnection, IDisposable
{
    private readonly int _socket = BareSockets.Open();
    private bool _isKnown;
    private bool _isAnswerDue;
    private int _isClosed;

    /// <summary>Whether it is connected without a wait, which it mostly is.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no connection.</exception>
    public bool TryConnect() => BareSockets.Connect(_socket, address, port) switch
    {
        0 => true,
        BareSockets.AlreadyConnecting => false,
        var failed => throw BareSockets.Failure(failed),
    };

    /// <summary>Waits until it is connected.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">There is no connection.</exception>
    public async Task<IPodConnection> ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            while (!TryConnect()) await WaitAsync(toWrite: true, cancellation);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // Nobody answers before the question has reached him: there is no use in looking at once.
        if (_isAnswerDue) await WaitAsync(toWrite: false, cancellation);
        _isAnswerDue = false;
        while (true)
        {
            var count = BareSockets.Receive(_socket, buffer.Span);
            if (count >= 0) return count;
            await WaitOrFailAsync(count, toWrite: false, cancellation);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (bytes.Length > 0)
        {
            var count = BareSockets.Send(_socket, bytes.Span);
            if (count < 0) await WaitOrFailAsync(count, toWrite: true, cancellation);
            else bytes = bytes[count..];
        }
        _isAnswerDue = true;
    }

    /// <inheritdoc/>
    public void EndWriting() => BareSockets.EndWriting(_socket);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0) BareSockets.Close(_socket);
    }

    private ValueTask WaitOrFailAsync(int result, bool toWrite, CancellationToken cancellation)
    {
        if (result == BareSockets.Again) return WaitAsync(toWrite, cancellation);
        var failure = BareSockets.Failure(result);
        throw new IOException(
            $"Unable to {(toWrite ? "write data to" : "read data from")} the transport connection: {failure.Message}.",
            failure);
    }

    private ValueTask WaitAsync(bool toWrite, CancellationToken cancellation)
    {
        var isIn = _isKnown;
        _isKnown = true;
        return waits.WaitAsync(_socket, isIn, toWrite, cancellation);
    }
}
