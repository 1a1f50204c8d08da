using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Benchmarks;

/// <summary>
/// One connection that speaks HTTP/1.1 over TLS and looks no further into answers than to find their end: on a shared
/// machine the client must cost next to nothing beside the server.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SslStream _tls;
    private readonly byte[] _buffer = new byte[128 * 1024];
    private int _start;
    private int _end;

    public RawConnection(OrcProcess orc)
    {
        _socket.Connect("127.0.0.1", orc.Port);
        _tls = new SslStream(new NetworkStream(_socket));
        _tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            CertificateChainPolicy = orc.Trust,
        });
    }

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>The bytes of a request.</summary>
    public static byte[] Request(
        OrcProcess orc, string method, string path, string body = "", string type = "application/json",
        string more = "")
    {
        if (body.Length > 0) more += $"Content-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n";
        return Encoding.UTF8.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench/1\r\n"
            + $"Authorization: Bearer {orc.Token}\r\n{more}\r\n{body}");
    }

    /// <summary>Sends a request that must succeed and reads its answer.</summary>
    /// <returns>How many bytes its body has.</returns>
    public long Send(byte[] request)
    {
        _tls.Write(request);
        var head = ReadHead();
        var isChunked = head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        var bytes = isChunked ? PassChunks() : Pass(LengthOf(head));
        return head[9] == '2'
            ? bytes
            : throw new InvalidOperationException($"{Encoding.UTF8.GetString(request)}\n{head}");
    }

    /// <summary>Sends a request and reads of its answer, until it ends, how often a mark stands in it.</summary>
    public void Count(byte[] request, byte[] mark, Action<int> seen)
    {
        _tls.Write(request);
        ReadHead();
        do
        {
            var unread = Unread;
            var count = unread.Count(mark);
            if (count > 0) seen(count);
            // A mark may be cut in two by the end of the buffer.
            var last = unread.LastIndexOf(mark);
            _start = Math.Max(last < 0 ? _start : _start + last + mark.Length, _end - mark.Length + 1);
        }
        while (Fill());
    }

    public void Dispose()
    {
        _tls.Dispose();
        _socket.Dispose();
    }

    private string ReadHead()
    {
        int end;
        while ((end = Unread.IndexOf("\r\n\r\n"u8)) < 0) FillOrFail();
        var head = Encoding.ASCII.GetString(Unread[..(end + 2)]);
        _start += end + 4;
        return head;
    }

    private static long LengthOf(string head)
    {
        const string Field = "\r\nContent-Length:";
        var at = head.IndexOf(Field, StringComparison.OrdinalIgnoreCase) + Field.Length;
        return long.Parse(head.AsSpan(at, head.IndexOf('\r', at) - at));
    }

    private long PassChunks()
    {
        for (long total = 0; ;)
        {
            int line;
            while ((line = Unread.IndexOf("\r\n"u8)) < 0) FillOrFail();
            var size = Convert.ToInt64(Encoding.ASCII.GetString(Unread[..line]), 16);
            _start += line + 2;
            Pass(size + 2);
            if (size == 0) return total;
            total += size;
        }
    }

    private long Pass(long count)
    {
        for (var left = count; ; FillOrFail())
        {
            var step = (int)Math.Min(left, _end - _start);
            _start += step;
            left -= step;
            if (left == 0) return count;
        }
    }

    private void FillOrFail()
    {
        if (!Fill()) throw new IOException("the server closed the connection");
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        var read = _tls.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
