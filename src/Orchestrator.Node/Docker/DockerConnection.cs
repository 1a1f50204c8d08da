using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// HTTP to one engine: kept-alive connections, the API version both sides know, a deadline for every call, and errors
/// in the two sorts of the seam. Knows no path of the API but <c>/_ping</c>.
/// </summary>
internal sealed class DockerConnection : IAsyncDisposable
{
    private const int SwitchingProtocols = 101;
    private static readonly Version Newest = new(1, 47);
    private static readonly Version Oldest = new(1, 40);
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Tar = new("application/x-tar");

    private readonly DockerEndpoint _endpoint;
    private readonly IEngineTransport _transport;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private volatile Version? _version;

    /// <summary>A connection that opens at the first call.</summary>
    /// <exception cref="FormatException">The endpoint may not be spoken to so.</exception>
    public DockerConnection(
        DockerEndpoint endpoint, DockerOptions options, TimeProvider time, EngineCredentials? credentials)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(options);
        _endpoint = endpoint;
        _time = time;
        Options = options;
        _transport = EngineTransports.For(endpoint, credentials, options, time);
        _http = Client(_transport.ConnectAsync);
    }

    /// <summary>The settings.</summary>
    public DockerOptions Options { get; }

    /// <summary>Calls and reads a JSON answer.</summary>
    public Task<T> CallAsync<T>(DockerCall call, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        RunAsync(call, async (answer, deadline) =>
            await answer.Content.ReadFromJsonAsync(type, deadline)
                ?? throw new RuntimeUnavailableException(
                    $"the Docker engine at {_endpoint.Text} answered {call} with null"),
            cancellation);

    /// <summary>Calls and drops the answer.</summary>
    public Task CallAsync(DockerCall call, CancellationToken cancellation) =>
        RunAsync(call, async (answer, deadline) =>
        {
            await answer.Content.CopyToAsync(Stream.Null, deadline);
            return true;
        }, cancellation);

    /// <summary>Calls and returns one header of the answer, or null.</summary>
    public Task<string?> HeaderAsync(DockerCall call, string name, CancellationToken cancellation) =>
        RunAsync(call, (answer, _) => Task.FromResult(
            answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null), cancellation);

    /// <summary>
    /// Calls and hands out the answer as it comes; the deadline of the call covers only its beginning.
    /// </summary>
    public async Task<DockerStream> OpenAsync(DockerCall call, CancellationToken cancellation)
    {
        HttpResponseMessage? kept = null;
        try
        {
            var body = await RunAsync(call, (answer, deadline) =>
            {
                kept = answer;
                return answer.Content.ReadAsStreamAsync(deadline);
            }, cancellation, keepAnswer: true);
            return new DockerStream(kept!, body, call, _endpoint, _transport, _time);
        }
        catch
        {
            kept?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Calls and, when the engine agrees, keeps the connection itself, which is HTTP's no longer. The deadline of the
    /// call covers only the agreement.
    /// </summary>
    public async Task<DockerLine> HijackAsync(DockerCall call, CancellationToken cancellation)
    {
        Stream? wire = null;
        // A client of its own, for only so the stream below HTTP is known, which alone can end in one direction.
        var http = Client(async connecting => wire = await _transport.ConnectAsync(connecting));
        HttpResponseMessage? kept = null;
        try
        {
            var body = await RunAsync(call with { IsHijack = true, Accepts = [SwitchingProtocols] },
                (answer, deadline) =>
                {
                    kept = answer;
                    return (int)answer.StatusCode == SwitchingProtocols
                        ? answer.Content.ReadAsStreamAsync(deadline)
                        : throw new RuntimeUnavailableException(
                            $"the Docker engine at {_endpoint.Text} answered {call} but did not hand over the "
                            + "connection: a proxy may stand in between, reach the engine directly");
                }, cancellation, keepAnswer: true, http);
            return new DockerLine(http, kept!, body, wire!);
        }
        catch
        {
            kept?.Dispose();
            http.Dispose();
            throw;
        }
    }

    /// <summary>The version both sides speak, asked once and again after the engine was away.</summary>
    /// <exception cref="RuntimeRefusedException">The engine is too old.</exception>
    public async ValueTask<Version> NegotiateAsync(CancellationToken cancellation)
    {
        if (_version is { } known)
        {
            return known;
        }
        var ping = DockerCall.Get("_ping", Options.CallTimeout) with { IsUnversioned = true };
        var said = await RunAsync(ping, (answer, _) => Task.FromResult(ApiVersion(answer)), cancellation);
        if (!Version.TryParse(said, out var theirs) || theirs < Oldest)
        {
            throw new RuntimeRefusedException(505,
                $"the engine at {_endpoint.Text} speaks version \"{said}\" of the Docker API, and {Oldest} or newer is "
                + "needed: install Docker 19.03 or newer");
        }
        return _version = theirs < Newest ? theirs : Newest;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _transport.DisposeAsync();
    }

    private static string ApiVersion(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Api-Version", out var values) ? values.FirstOrDefault() ?? "" : "";

    private async Task<T> RunAsync<T>(
        DockerCall call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation,
        bool keepAnswer = false, HttpClient? http = null)
    {
        var version = call.IsUnversioned ? null : await NegotiateAsync(cancellation);
        using var clock = new CancellationTokenSource(call.Timeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        HttpResponseMessage? answer = null;
        try
        {
            using var request = Request(call, version);
            answer = await (http ?? _http).SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!IsAccepted(answer, call))
            {
                throw await RefusalAsync(answer, call, deadline.Token);
            }
            var result = await read(answer, deadline.Token);
            answer = keepAnswer ? null : answer;
            return result;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Lost(DockerStream.Late(_endpoint, call, call.Timeout));
        }
        catch (Exception broken) when (
            DockerStream.Unavailable(broken, _endpoint, _transport, call) is { } unavailable)
        {
            throw Lost(unavailable);
        }
        finally
        {
            answer?.Dispose();
        }
    }

    // 304 means "it is so already", which is what every caller of ours wants to hear.
    private static bool IsAccepted(HttpResponseMessage answer, DockerCall call) =>
        answer.IsSuccessStatusCode || (int)answer.StatusCode == 304 || call.Accepts.Contains((int)answer.StatusCode);

    // An engine that was away may come back as another version.
    private RuntimeUnavailableException Lost(RuntimeUnavailableException why)
    {
        _version = null;
        return why;
    }

    private HttpClient Client(Func<CancellationToken, ValueTask<Stream>> connect) => new(new SocketsHttpHandler
    {
        // TLS is the transport's: to HTTP every stream is alike, those that leave HTTP behind too.
        ConnectCallback = (_, cancellation) => connect(cancellation),
        ConnectTimeout = _transport.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    })
    {
        BaseAddress = new Uri("http://docker/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static HttpRequestMessage Request(DockerCall call, Version? version)
    {
        var path = version is null
            ? call.Path
            : string.Create(CultureInfo.InvariantCulture, $"v{version.Major}.{version.Minor}/{call.Path}");
        var request = new HttpRequestMessage(call.Method, new Uri(path, UriKind.Relative));
        if (call.IsHijack)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue("tcp"));
        }
        if (call.RegistryAuth is { } auth) request.Headers.Add("X-Registry-Auth", auth);
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = call.IsTar ? Tar : Json;
        }
        return request;
    }

    private async Task<Exception> RefusalAsync(
        HttpResponseMessage answer, DockerCall call, CancellationToken deadline)
    {
        var text = await answer.Content.ReadAsStringAsync(deadline);
        if (call.IsUnversioned && text.Contains("HTTP request to an HTTPS server", StringComparison.Ordinal))
        {
            return new RuntimeUnavailableException(
                $"the Docker engine at {_endpoint.Text} speaks only TLS: pass a CA, a client certificate and its key");
        }
        return new RuntimeRefusedException(
            (int)answer.StatusCode, Message(text) ?? answer.ReasonPhrase ?? "no reason given");
    }

    private static string? Message(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, DockerJson.Default.ErrorAnswer)?.Message;
        }
        catch (JsonException)
        {
            return text.Length > 0 ? text.Trim() : null; // A proxy in between may answer in plain words.
        }
    }
}
