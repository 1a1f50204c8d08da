using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>A server in a pod that answers everything with the same bytes, and keeps what it was sent.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Any, 0);
    private readonly CancellationTokenSource _ends = new();
    private readonly byte[] _answer;
    private Task _serving = Task.CompletedTask;

    private RawBackend(string answer) => _answer = Encoding.Latin1.GetBytes(answer);

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What came over each connection.</summary>
    public ConcurrentQueue<string> Received { get; } = new();

    public static RawBackend Start(string answer)
    {
        var backend = new RawBackend(answer);
        backend._listener.Start();
        backend._serving = backend.ServeAsync();
        return backend;
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _ends.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var socket = await _listener.AcceptSocketAsync(_ends.Token);
            var text = await ReadAsync(socket);
            Received.Enqueue(text);
            await socket.SendAsync(_answer, _ends.Token);
        }
    }

    // The head, and of a body as much as has its end in it: the chunk of none, or as many bytes as were said.
    private async Task<string> ReadAsync(Socket socket)
    {
        var (buffer, text) = (new byte[16 * 1024], "");
        while (!IsWhole(text))
        {
            var count = await socket.ReceiveAsync(buffer, _ends.Token);
            if (count == 0) break;
            text += Encoding.Latin1.GetString(buffer, 0, count);
        }
        return text;
    }

    private static bool IsWhole(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) return false;
        var head = text[..end].ToLowerInvariant();
        if (head.Contains("transfer-encoding: chunked", StringComparison.Ordinal))
            return text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
        var said = head.IndexOf("content-length: ", StringComparison.Ordinal);
        if (said < 0) return true;
        var number = head[(said + 16)..].Split("\r\n")[0];
        return text.Length >= end + 4 + int.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
    }
}
