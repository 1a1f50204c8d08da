using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Simulations;

/// <summary>
/// What happened, line by line, in virtual time. All of it is hashed, the last lines are kept, and a file gets all.
/// </summary>
internal sealed class EventLog(TimeProvider clock, TextWriter? file) : IDisposable
{
    private const int KeptMax = 200;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Queue<string> _kept = new(KeptMax);
    private readonly DateTimeOffset _start = clock.GetUtcNow();
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _buffered;

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> LastLines => [.. _kept];

    /// <summary>Lines so far.</summary>
    public long Count { get; private set; }

    public void Add(string kind, string text)
    {
        Count++;
        var time = clock.GetUtcNow() - _start;
        var line = string.Create(CultureInfo.InvariantCulture, $"{time:hh\\:mm\\:ss\\.fffffff} {kind} {text}");
        if (_kept.Count == KeptMax) _kept.Dequeue();
        _kept.Enqueue(line);
        Hash(line);
        file?.WriteLine(line);
    }

    /// <summary>The hash of all lines so far.</summary>
    public string HashSoFar()
    {
        Flush();
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    public void Dispose() => _hash.Dispose();

    private void Hash(string line)
    {
        var sizeMax = Encoding.UTF8.GetMaxByteCount(line.Length) + 1;
        if (sizeMax > _buffer.Length)
        {
            Flush();
            _hash.AppendData(Encoding.UTF8.GetBytes(line));
            return;
        }
        if (_buffer.Length - _buffered < sizeMax) Flush();
        _buffered += Encoding.UTF8.GetBytes(line, _buffer.AsSpan(_buffered));
        _buffer[_buffered++] = (byte)'\n';
    }

    private void Flush()
    {
        _hash.AppendData(_buffer, 0, _buffered);
        _buffered = 0;
    }
}
