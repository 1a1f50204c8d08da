using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Answers looks at pods, each at its own path, and knows when it first called one well: not before it is told to.
/// </summary>
internal sealed class Readiness : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> _well = new();

    public Readiness()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Calls a pod well from now on.</summary>
    /// <returns>When a look was first told so.</returns>
    public Task<long> TellAsync(string pod) =>
        _well.GetOrAdd(pod, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // There is nothing more to measure.
            return;
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        using (client)
        {
            try
            {
                var question = new byte[1024];
                var length = await client.ReceiveAsync(question);
                // GET /pod HTTP/1.1
                var pod = Encoding.ASCII.GetString(question, 0, length).Split(' ', 3).ElementAtOrDefault(1)?[1..] ?? "";
                var well = _well.GetValueOrDefault(pod);
                await client.SendAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 {(well is null ? "503 Not Yet" : "200 OK")}\r\nContent-Length: 0\r\n\r\n"));
                well?.TrySetResult(Stopwatch.GetTimestamp());
            }
            catch (SocketException gone)
            {
                await Console.Error.WriteLineAsync(gone.Message);
            }
        }
    }
}
