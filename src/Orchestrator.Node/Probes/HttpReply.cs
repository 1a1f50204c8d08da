using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Orchestrator.Nodes.Probes;

/// <summary>
/// Reads one answer over a connection that is used but once. Only what a probe needs of it is understood: the code,
/// where it redirects to, and where it ends; of the body no more is taken than somebody would read.
/// </summary>
internal sealed class HttpReply : IDisposable
{
    private const int BodyBytesMax = 10 * 1024;
    private const int HeadBytesMax = 64 * 1024;
    private const int BytesAtFirst = 2048;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(BytesAtFirst);
    private int _length;
    private int _head;
    private long? _bodyLength;

    /// <summary>The code of the answer.</summary>
    public int Code { get; private set; }

    /// <summary>Where it redirects to, if anywhere.</summary>
    public string? Location { get; private set; }

    /// <summary>The beginning of the body.</summary>
    public string Body => Encoding.UTF8.GetString(_bytes, _head, Math.Min(_length - _head, BodyBytesMax));

    /// <summary>Reads up to the end of the headers.</summary>
    /// <returns>What is wrong with them; null when nothing is.</returns>
    public async ValueTask<string?> ReadHeadAsync(Stream stream, CancellationToken cancellation)
    {
        while (true)
        {
            var end = _bytes.AsSpan(0, _length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                _head = end + 4;
                if (Parse(_bytes.AsSpan(0, end)) is { } fault) return fault;
                if (Code is >= 200 or 101) return null;
                // An interim answer: the real one follows.
                _bytes.AsSpan(_head, _length - _head).CopyTo(_bytes);
                (_length, _head) = (_length - _head, 0);
                continue;
            }
            if (_length >= HeadBytesMax) return "net/http: server response headers exceeded 65536 bytes; aborted";
            Grow();
            var count = await ReadAsync(stream, cancellation);
            if (count == 0) return _length == 0 ? "EOF" : "unexpected EOF";
            _length += count;
            if (!StartsAsHttp()) return Malformed(_bytes.AsSpan(0, _length));
        }
    }

    /// <summary>Reads the body as far as somebody would read it.</summary>
    public async ValueTask ReadBodyAsync(Stream stream, CancellationToken cancellation)
    {
        if (Code is 204 or 304) return;
        var end = _head + (int)Math.Min(_bodyLength ?? BodyBytesMax, BodyBytesMax);
        while (_length < end)
        {
            Grow();
            var count = await ReadAsync(stream, cancellation);
            if (count == 0) return;
            _length += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private ValueTask<int> ReadAsync(Stream stream, CancellationToken cancellation) =>
        stream.ReadAsync(_bytes.AsMemory(_length), cancellation);

    private void Grow()
    {
        if (_length < _bytes.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(_bytes.Length * 2);
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private bool StartsAsHttp()
    {
        var start = "HTTP/1."u8;
        var length = Math.Min(start.Length, _length);
        return _bytes.AsSpan(0, length).SequenceEqual(start[..length]);
    }

    private string? Parse(ReadOnlySpan<byte> head)
    {
        var first = head.IndexOf("\r\n"u8);
        var line = first < 0 ? head : head[..first];
        // HTTP/1.1 200 OK
        if (line.Length < 12 || !Utf8Parser.TryParse(line.Slice(9, 3), out int code, out var used) || used != 3)
        {
            return Malformed(line);
        }
        (Code, Location, _bodyLength) = (code, null, null);
        for (var rest = first < 0 ? default : head[(first + 2)..]; rest.Length > 0;)
        {
            var end = rest.IndexOf("\r\n"u8);
            ParseHeader(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 2)..];
        }
        return null;
    }

    private void ParseHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon < 0) return;
        var value = line[(colon + 1)..].Trim((byte)' ');
        if (Ascii.EqualsIgnoreCase(line[..colon], "location"u8)) Location = Encoding.UTF8.GetString(value);
        if (Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8)
            && Utf8Parser.TryParse(value, out long length, out _))
        {
            _bodyLength = Math.Max(0, length);
        }
    }

    private static string Malformed(ReadOnlySpan<byte> line)
    {
        var shown = Encoding.Latin1.GetString(line[..Math.Min(line.Length, 64)]).Split('\n')[0].TrimEnd('\r');
        return $"net/http: HTTP/1.x transport connection broken: malformed HTTP response \"{shown}\"";
    }
}
