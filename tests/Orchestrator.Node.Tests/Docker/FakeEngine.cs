using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>
/// A server on a unix socket that answers as it is told; a path it knows nothing of is never answered.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-fake-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private int _connections;

    public FakeEngine()
    {
        var path = Path.Combine(_folder.FullName, "e.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        Endpoint = $"unix://{path}";
        _accepting = AcceptAsync();
    }

    public string Endpoint { get; }

    /// <summary>First line of a request → the whole answer.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections => _connections;

    public static string Answer(string status, string body, params string[] headers) => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Content-Length: {body.Length}\r\n\r\n{body}");

    public void Speaks(string version) => Answers["GET /_ping"] = Answer("200 OK", "OK", $"Api-Version: {version}");

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_closing.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task SkipRestAsync(StreamReader reader)
    {
        const string length = "Content-Length: ";
        var left = 0;
        while (await reader.ReadLineAsync(_closing.Token) is { Length: > 0 } header)
        {
            left = header.StartsWith(length, StringComparison.Ordinal)
                ? int.Parse(header[length.Length..], CultureInfo.InvariantCulture)
                : left;
        }
        if (left > 0) // Reading nothing would still wait for something to come.
        {
            await reader.ReadBlockAsync(new char[left], _closing.Token);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            while (await reader.ReadLineAsync(_closing.Token) is { } first)
            {
                await SkipRestAsync(reader);
                var request = first.Replace(" HTTP/1.1", "", StringComparison.Ordinal);
                Requests.Enqueue(request);
                if (Answers.TryGetValue(request, out var answer))
                {
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _closing.Token);
                    if (!answer.Contains("Content-Length", StringComparison.Ordinal))
                    {
                        return; // An answer without a length ends with the connection.
                    }
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            Requests.Enqueue("closed");
        }
    }
}
