using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// The calls of the Docker Engine API we need, typed. Thin: one method is one request, and errors are only
/// <see cref="RuntimeRefusedException"/> and <see cref="RuntimeUnavailableException"/>.
/// </summary>
internal sealed partial class DockerClient(
    DockerEndpoint endpoint, DockerOptions options, TimeProvider time, EngineCredentials? credentials = null)
    : IAsyncDisposable
{
    private readonly DockerConnection _connection = new(endpoint, options, time, credentials);

    /// <summary>The settings.</summary>
    public DockerOptions Options => _connection.Options;

    /// <summary>The version of the API that both sides speak.</summary>
    public ValueTask<Version> NegotiateAsync(CancellationToken cancellation) =>
        _connection.NegotiateAsync(cancellation);

    /// <summary>The engine and its machine.</summary>
    public Task<EngineMachine> InfoAsync(CancellationToken cancellation) =>
        _connection.CallAsync(Get("info"), DockerJson.Default.EngineMachine, cancellation);

    /// <summary>Versions and the architecture as Go, and so Kubernetes, names it.</summary>
    public Task<EngineVersion> VersionAsync(CancellationToken cancellation) =>
        _connection.CallAsync(Get("version"), DockerJson.Default.EngineVersion, cancellation);

    /// <summary>Containers with a label, running or not; without one, all there are.</summary>
    public Task<ListedContainer[]> ListAsync(string? label, CancellationToken cancellation) =>
        _connection.CallAsync(
            Get("containers/json?all=1" + (label is null ? "" : $"&filters={Filters(("label", [label]))}")),
            DockerJson.Default.ListedContainerArray, cancellation);

    /// <summary>One container, or null.</summary>
    public async Task<InspectedContainer?> InspectAsync(string idOrName, CancellationToken cancellation)
    {
        try
        {
            return await _connection.CallAsync(
                Get($"containers/{Escape(idOrName)}/json"), DockerJson.Default.InspectedContainer, cancellation);
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Makes a container and returns its id; without a name the engine invents one.</summary>
    public async Task<string> CreateAsync(string? name, CreateContainer container, CancellationToken cancellation)
    {
        var call = DockerCall.Post(
            name is null ? "containers/create" : $"containers/create?name={Escape(name)}", Options.StartTimeout) with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(container, DockerJson.Default.CreateContainer),
        };
        return (await _connection.CallAsync(call, DockerJson.Default.CreatedContainer, cancellation)).Id;
    }

    /// <summary>Starts a container; nothing happens when it runs.</summary>
    public Task StartAsync(string id, CancellationToken cancellation) =>
        _connection.CallAsync(
            DockerCall.Post($"containers/{Escape(id)}/start", Options.StartTimeout), cancellation);

    /// <summary>
    /// Stops a container with its own signal and waits until it is down; nothing happens when it is down or gone.
    /// </summary>
    public Task StopAsync(string id, int graceSeconds, CancellationToken cancellation)
    {
        var timeout = TimeSpan.FromSeconds(graceSeconds) + Options.CallTimeout;
        var call = DockerCall.Post(
            string.Create(CultureInfo.InvariantCulture, $"containers/{Escape(id)}/stop?t={graceSeconds}"), timeout);
        return _connection.CallAsync(call with { Accepts = [404] }, cancellation);
    }

    /// <summary>Sends a signal; nothing happens when the container is down or gone.</summary>
    public Task KillAsync(string id, string signal, CancellationToken cancellation) =>
        _connection.CallAsync(
            DockerCall.Post($"containers/{Escape(id)}/kill?signal={Escape(signal)}", Options.CallTimeout) with
            {
                Accepts = [404, 409],
            },
            cancellation);

    /// <summary>Waits until a container is down (or, with the condition <c>removed</c>, gone).</summary>
    /// <exception cref="RuntimeUnavailableException">It is not so after <paramref name="timeout"/>.</exception>
    public Task WaitAsync(string id, string condition, TimeSpan timeout, CancellationToken cancellation) =>
        _connection.CallAsync(
            DockerCall.Post($"containers/{Escape(id)}/wait?condition={condition}", timeout) with { Accepts = [404] },
            cancellation);

    /// <summary>Removes a container with its anonymous volumes, killing it if need be.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        var call = new DockerCall(HttpMethod.Delete, $"containers/{Escape(id)}?force=1&v=1", Options.StartTimeout);
        try
        {
            await _connection.CallAsync(call with { Accepts = [404] }, cancellation);
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 409)
        {
            // Somebody else is at it; the caller still wants to hear only when it is gone.
            await WaitAsync(id, "removed", Options.StartTimeout, cancellation);
        }
    }

    /// <summary>An image by reference or id, or null.</summary>
    public async Task<InspectedImage?> FindImageAsync(string reference, CancellationToken cancellation)
    {
        try
        {
            return await _connection.CallAsync(
                Get($"images/{ImageReference.Checked(reference)}/json"), DockerJson.Default.InspectedImage,
                cancellation);
        }
        catch (RuntimeRefusedException refused) when (refused.Code == 404)
        {
            return null;
        }
    }

    /// <summary>Loads an archive as <c>docker save</c> writes it.</summary>
    public Task LoadImageAsync(byte[] archive, CancellationToken cancellation) =>
        ProgressAsync(
            DockerCall.Post("images/load?quiet=1", Options.PullIdleTimeout) with { Body = archive, IsTar = true },
            null, cancellation);

    /// <summary>Makes an image of a tar of its files.</summary>
    /// <param name="changes">Lines of a Dockerfile, such as <c>ENTRYPOINT ["/bin/sh"]</c>.</param>
    public Task ImportImageAsync(
        byte[] files, ImageReference image, IReadOnlyList<string> changes, CancellationToken cancellation)
    {
        var said = string.Concat(changes.Select(change => $"&changes={Escape(change)}"));
        var path = $"images/create?fromSrc=-&repo={Escape(image.Name)}&tag={Escape(image.Tag)}{said}";
        return ProgressAsync(
            DockerCall.Post(path, Options.PullIdleTimeout) with { Body = files, IsTar = true }, null, cancellation);
    }

    /// <summary>Opens the stream of container events with a label, from a moment on.</summary>
    public Task<DockerStream> EventsAsync(
        string label, IReadOnlyList<string> actions, DateTimeOffset since, CancellationToken cancellation)
    {
        var filters = Filters(("type", ["container"]), ("label", [label]), ("event", [.. actions]));
        return _connection.OpenAsync(Get($"events?since={Seconds(since)}&filters={filters}"), cancellation);
    }

    /// <summary>Opens the output of a container.</summary>
    public Task<DockerStream> LogsAsync(string id, LogQuery query, CancellationToken cancellation)
    {
        var tail = query.TailLines?.ToString(CultureInfo.InvariantCulture) ?? "all";
        var since = query.Since is { } moment ? $"&since={Seconds(moment)}" : "";
        var path = $"containers/{Escape(id)}/logs?stdout=1&stderr=1&tail={tail}{since}"
            + (query.Follow ? "&follow=1" : "") + (query.Timestamps ? "&timestamps=1" : "");
        return _connection.OpenAsync(Get(path), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private DockerCall Get(string path) => DockerCall.Get(path, Options.CallTimeout);

    // The answer is 200 at once; a failure comes as a line of it.
    private async Task ProgressAsync(DockerCall call, IProgress<ProgressLine>? progress, CancellationToken cancellation)
    {
        using var answer = await _connection.OpenAsync(call, cancellation);
        var lines = answer.ReadJsonAsync(DockerJson.Default.ProgressLine, call.Timeout, cancellation);
        await foreach (var line in lines)
        {
            if (line.ErrorDetail?.Message is { } message)
            {
                throw new RuntimeRefusedException(line.ErrorDetail.Code is > 0 and var code ? code : 500, message);
            }
            if (line.Error is { } error)
            {
                throw new RuntimeRefusedException(500, error);
            }
            progress?.Report(line);
        }
    }

    private static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Seconds(DateTimeOffset moment) => string.Create(CultureInfo.InvariantCulture,
        $"{moment.ToUnixTimeSeconds()}.{moment.UtcTicks % TimeSpan.TicksPerSecond * 100:000000000}");

    private static string Filters(params ReadOnlySpan<(string Name, string[] Values)> filters)
    {
        var map = new Dictionary<string, string[]>();
        foreach (var (name, values) in filters)
        {
            map[name] = values;
        }
        return Escape(JsonSerializer.Serialize(map, DockerJson.Default.DictionaryStringStringArray));
    }
}
