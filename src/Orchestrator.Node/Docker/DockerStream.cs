using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// An answer that is read as it comes: events, logs, progress. Each read has its own deadline, or none.
/// </summary>
internal sealed class DockerStream : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly Stream _body;
    private readonly DockerCall _call;
    private readonly DockerEndpoint _endpoint;
    private readonly IEngineTransport _transport;
    private readonly TimeProvider _time;

    internal DockerStream(
        HttpResponseMessage answer, Stream body, DockerCall call, DockerEndpoint endpoint, IEngineTransport transport,
        TimeProvider time)
    {
        _answer = answer;
        _body = body;
        _call = call;
        _endpoint = endpoint;
        _transport = transport;
        _time = time;
    }

    /// <summary>Reads what there is; 0 at the end.</summary>
    /// <param name="idleTimeout">Longest silence; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, TimeSpan idleTimeout, CancellationToken cancellation) =>
        await GuardAsync(deadline => _body.ReadAsync(buffer, deadline), idleTimeout, cancellation);

    /// <summary>Reads one JSON value per line until the answer ends.</summary>
    public async IAsyncEnumerable<T> ReadJsonAsync<T>(
        JsonTypeInfo<T> type, TimeSpan idleTimeout, [EnumeratorCancellation] CancellationToken cancellation)
        where T : class
    {
        using var reader = new StreamReader(_body, leaveOpen: true);
        while (await GuardAsync(deadline => reader.ReadLineAsync(deadline), idleTimeout, cancellation) is { } line)
        {
            if (line.Length > 0 && Parse(line, type) is { } value)
            {
                yield return value;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _answer.Dispose();

    internal static RuntimeUnavailableException Late(DockerEndpoint endpoint, DockerCall call, TimeSpan waited) =>
        new($"the Docker engine at {endpoint.Text} did not answer {call} within {waited.TotalSeconds:0.###} s: it hangs or "
            + "is overloaded");

    /// <summary>Sorts a failure of the transport: null when it is something else.</summary>
    internal static RuntimeUnavailableException? Unavailable(
        Exception broken, DockerEndpoint endpoint, IEngineTransport transport, DockerCall call)
    {
        for (var inner = broken; inner is not null; inner = inner.InnerException)
        {
            if (inner is RuntimeUnavailableException known)
            {
                return known;
            }
        }
        if (transport.Explain(broken) is { } explained) return new RuntimeUnavailableException(explained, broken);
        return broken is HttpRequestException or IOException or JsonException
            ? new RuntimeUnavailableException(
                $"the Docker engine at {endpoint.Text} broke off while answering {call}: {broken.Message}", broken)
            : null;
    }

    // Half a line is what an engine leaves behind when it is killed.
    private T? Parse<T>(string line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException broken)
        {
            throw Unavailable(broken, _endpoint, _transport, _call)!;
        }
    }

    private async ValueTask<T> GuardAsync<T>(
        Func<CancellationToken, ValueTask<T>> read, TimeSpan idleTimeout, CancellationToken cancellation)
    {
        try
        {
            if (idleTimeout == Timeout.InfiniteTimeSpan)
            {
                return await read(cancellation);
            }
            using var clock = new CancellationTokenSource(idleTimeout, _time);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
            return await read(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Late(_endpoint, _call, idleTimeout);
        }
        catch (Exception broken) when (Unavailable(broken, _endpoint, _transport, _call) is { } unavailable)
        {
            throw unavailable;
        }
    }
}
