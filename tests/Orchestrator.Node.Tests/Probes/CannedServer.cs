using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Nodes.Tests.Probes;

/// <summary>Answers each connection with what is written here, and keeps what it was sent.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Func<int, string?> _answer;
    private readonly Task _serving;

    /// <param name="answer">By the number of the connection; null answers nothing and keeps it open.</param>
    public CannedServer(Func<int, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<string> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _serving;
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            for (var number = 0; ; number++)
                open.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_ended.Token), number));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(TcpClient client, int number)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var bytes = new byte[4096];
                var length = 0;
                var read = -1;
                while (read != 0 && !Encoding.Latin1.GetString(bytes, 0, length).EndsWith("\r\n\r\n"))
                    length += read = await stream.ReadAsync(bytes.AsMemory(length), _ended.Token);
                Requests.Enqueue(Encoding.Latin1.GetString(bytes, 0, length));
                if (_answer(number) is { } text) await stream.WriteAsync(Encoding.UTF8.GetBytes(text), _ended.Token);
                else await Task.Delay(Timeout.Infinite, _ended.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                Requests.Enqueue("gone");
            }
        }
    }
}
