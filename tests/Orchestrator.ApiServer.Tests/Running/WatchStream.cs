using System.Text.Json;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>One open watch.</summary>
internal sealed class WatchStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private WatchStream(HttpResponseMessage response, StreamReader reader) => (_response, _reader) = (response, reader);

    /// <summary>The object of the last event.</summary>
    public JsonElement Last { get; private set; }

    /// <summary>The versions of all events so far.</summary>
    public List<long> Versions { get; } = [];

    public static async Task<WatchStream> OpenAsync(ApiProcess api, string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next events as <c>ADDED name</c>; fewer when the stream has ended.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(int count)
    {
        var events = new List<string>();
        using var limit = new CancellationTokenSource(Patience);
        while (events.Count < count && await _reader.ReadLineAsync(limit.Token) is { } line)
        {
            var json = JsonDocument.Parse(line).RootElement;
            Last = json.GetProperty("object");
            var metadata = Last.GetProperty("metadata");
            Versions.Add(long.Parse(metadata.GetProperty("resourceVersion").GetString()!));
            var name = metadata.TryGetProperty("name", out var found) ? found.GetString() : "";
            events.Add($"{json.GetProperty("type").GetString()} {name}");
        }
        return events;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A server that does not wait long for versions to come.</summary>
    internal sealed class Impatient : IAsyncDisposable
    {
        private readonly ApiProcess _api =
            new() { Configure = options => options.FreshnessTimeout = TimeSpan.FromMilliseconds(50) };

        public async Task<Answer> GetAsync(string path)
        {
            await _api.InitializeAsync();
            return await _api.GetAsync(path);
        }

        public ValueTask DisposeAsync() => new(_api.DisposeAsync());
    }
}
