using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Orchestrator.Robustness.Tests.Requests;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>
/// One connection of HTTP/1.1, kept open between requests. It sends what it is given, right or wrong, which no real
/// client would.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Socket _socket;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private Wire(Socket socket) => _socket = socket;

    /// <summary>The server has said, or shown, that nothing more comes on this connection.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Opens one.</summary>
    /// <param name="address">The server's.</param>
    /// <param name="receiveBytes">How much the kernel takes in for somebody who does not read; 0 is the usual.</param>
    public static async Task<Wire> ConnectAsync(IPEndPoint address, int receiveBytes = 0)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBytes > 0) socket.ReceiveBufferSize = receiveBytes;
        await socket.ConnectAsync(address);
        return new(socket);
    }

    /// <summary>Nothing more is asked here.</summary>
    public void GiveUp() => IsOver = true;

    /// <summary>Sends a request and reads the answer.</summary>
    public async Task<Reply> AskAsync(Message message)
    {
        using var limit = new CancellationTokenSource(Patience);
        var sending = SendAsync(message.ToBytes(), limit.Token);
        var reply = await ReadAsync(message.Method == "HEAD", message.IsStream, limit.Token);
        // An answer may come before all is sent, and the connection close on the rest.
        if (!sending.IsCompleted) IsOver = true;
        else await sending;
        return reply;
    }

    /// <summary>Sends bytes; whether the server took them shows in the answer.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, cancellation)..];
        }
        catch (SocketException)
        {
            IsOver = true;
        }
    }

    /// <summary>Reads one answer; of a stream no more than its head.</summary>
    public async Task<Reply> ReadAsync(bool isHead, bool isStream, CancellationToken cancellation)
    {
        var (code, headers) = await ReadHeadAsync(cancellation);
        while (code == 100) (code, headers) = await ReadHeadAsync(cancellation);
        if (headers.GetValueOrDefault("connection") is "close") IsOver = true;
        if (isHead || code is 204 or 304) return new(code, headers, []);
        if (code == 101 || (isStream && code == 200))
        {
            IsOver = true;
            return new(code, headers, []);
        }
        if (headers.TryGetValue("content-length", out var length))
            return new(code, headers, await TakeAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellation));
        return headers.GetValueOrDefault("transfer-encoding") == "chunked"
            ? new(code, headers, await ReadChunksAsync(cancellation))
            : new(code, headers, await ReadRestAsync(cancellation));
    }

    /// <summary>Reads a line of a body that is sent in chunks, one chunk or several for each line.</summary>
    public async Task<byte[]> ReadChunkAsync(CancellationToken cancellation)
    {
        var line = await LineAsync(cancellation);
        var size = int.Parse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var bytes = await TakeAsync(size, cancellation);
        await TakeAsync(2, cancellation);
        return bytes;
    }

    /// <summary>Waits until the server closes; how much it still said.</summary>
    public async Task<int> ClosedAsync(CancellationToken cancellation) => (await ReadRestAsync(cancellation)).Length;

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(int Code, Dictionary<string, string> Headers)> ReadHeadAsync(CancellationToken cancellation)
    {
        var status = await LineAsync(cancellation);
        if (!status.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
            throw new InvalidDataException($"no answer but \"{status}\"");
        var headers = new Dictionary<string, string>();
        while (await LineAsync(cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':');
            var (name, value) = (line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}\n{value}" : value;
        }
        return (int.Parse(status.AsSpan(9, 3), CultureInfo.InvariantCulture), headers);
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        while (await ReadChunkAsync(cancellation) is { Length: > 0 } chunk) body.Write(chunk);
        return body.ToArray();
    }

    private async Task<byte[]> ReadRestAsync(CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        do body.Write(_buffer.AsSpan(_start, _end - _start));
        while (await FillAsync(cancellation));
        IsOver = true;
        return body.ToArray();
    }

    private async ValueTask<string> LineAsync(CancellationToken cancellation)
    {
        for (var looked = 0; ;)
        {
            var end = _buffer.AsSpan(_start + looked, _end - _start - looked).IndexOf((byte)'\n');
            if (end >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer, _start, looked + end).TrimEnd('\r');
                _start += looked + end + 1;
                return line;
            }
            looked = _end - _start;
            await MoreAsync(cancellation);
        }
    }

    private async ValueTask<byte[]> TakeAsync(int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            if (_start == _end && !await FillAsync(cancellation)) throw new EndOfStreamException();
            var part = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, part).CopyTo(bytes.AsSpan(filled));
            (filled, _start) = (filled + part, _start + part);
        }
        return bytes;
    }

    // Keeps what is there and adds to it.
    private async ValueTask MoreAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, 2 * _end);
        var count = await ReceiveAsync(_buffer.AsMemory(_end), cancellation);
        if (count == 0) throw new EndOfStreamException("the server has closed the connection");
        _end += count;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        _start = 0;
        _end = await ReceiveAsync(_buffer, cancellation);
        return _end > 0;
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> into, CancellationToken cancellation)
    {
        try
        {
            return await _socket.ReceiveAsync(into, cancellation);
        }
        catch (SocketException)
        {
            // It was cut off; for who reads it is the end as well.
            return 0;
        }
    }
}
