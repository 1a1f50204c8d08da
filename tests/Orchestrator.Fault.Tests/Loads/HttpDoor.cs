using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Fault.Tests.Histories;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>The Kubernetes API of one silo, as any client of it would use it.</summary>
public sealed class HttpDoor : IDoor, IDisposable
{
    /// <summary>The namespace all writers share.</summary>
    public const string Namespace = "faults";

    private const string Maps = $"/api/v1/namespaces/{Namespace}/configmaps";

    // A namespace has a ConfigMap of its own, which nobody here writes.
    private const string Selected = $"labelSelector=app%3D{Namespace}";
    private const string Json = "application/json", MergePatch = "application/merge-patch+json";
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;
    private readonly TimeSpan _patience;

    /// <param name="name">The silo.</param>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="credentials">As whom to come.</param>
    /// <param name="patience">After so long a call is given up.</param>
    public HttpDoor(string name, Uri endpoint, Credentials credentials, TimeSpan patience)
    {
        (Name, _patience) = (name, patience);
        _http = new(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectPatience,
            SslOptions = { CertificateChainPolicy = credentials.Trusting() },
        })
        { BaseAddress = endpoint, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", credentials.Token);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public Task<Answer> CreateAsync(string name, string token, long count) =>
        CallAsync(HttpMethod.Post, Maps, Manifest(name, token, count), Json);

    /// <inheritdoc />
    public Task<Answer> UpdateAsync(Sight seen, string token, long count)
    {
        var manifest = Manifest(seen.Key, token, count);
        manifest["metadata"]!["resourceVersion"] = $"{seen.Revision}";
        return CallAsync(HttpMethod.Put, $"{Maps}/{seen.Key}", manifest, Json);
    }

    /// <inheritdoc />
    public Task<Answer> PatchAsync(string name, string token) => CallAsync(
        HttpMethod.Patch, $"{Maps}/{name}", new JsonObject { ["data"] = new JsonObject { ["token"] = token } },
        MergePatch);

    /// <inheritdoc />
    public Task<Answer> DeleteAsync(string name, string uid) => CallAsync(
        HttpMethod.Delete, $"{Maps}/{name}",
        new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = uid } }, Json);

    /// <inheritdoc />
    public async Task<Answer> GetAsync(string name)
    {
        var answer = await CallAsync(HttpMethod.Get, $"{Maps}/{name}", null, Json);
        return answer is { Outcome: Outcome.Refused, Said: "NotFound" }
            ? answer with { Outcome = Outcome.Done, Said = "" }
            : answer;
    }

    /// <inheritdoc />
    public Task<Answer> ListAsync() =>
        CallAsync(HttpMethod.Get, $"{Maps}?{Selected}", null, Json);

    /// <inheritdoc />
    public async IAsyncEnumerable<(WatchEvent? Event, long Revision)> WatchAsync(
        long after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, $"{Maps}?{Selected}&watch=1&allowWatchBookmarks=true&resourceVersion={after}");
        using var response = await OpenAsync(request, cancellation);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        while (await LineAsync(lines, cancellation) is { } line)
        {
            // A silo that dies may leave half a line behind.
            if (TryParse(line) is not { } told) yield break;
            var obj = told["object"]!;
            if ((string?)told["type"] == "ERROR") throw Refusal((int?)obj["code"] ?? 0, obj.ToJsonString());
            var revision = long.Parse((string)obj["metadata"]!["resourceVersion"]!);
            var type = (string?)told["type"] switch
            {
                "ADDED" => EventType.Added,
                "MODIFIED" => EventType.Modified,
                "DELETED" => EventType.Deleted,
                _ => (EventType?)null,
            };
            yield return (type is { } happened ? new(happened, SightOf(obj), Clock.Now) : null, revision);
        }
    }

    /// <summary>Any other request, such as for the workloads beside the writers.</summary>
    /// <returns>The code, 0 when there was no answer, and the body.</returns>
    public async Task<(int Code, JsonNode? Body)> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, string type = Json)
    {
        var (code, answer, _) = await ExchangeAsync(method, path, body, type);
        return (code, answer);
    }

    private async Task<(int Code, JsonNode? Body, bool IsWarned)> ExchangeAsync(
        HttpMethod method, string path, JsonNode? body, string type)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            var isWarned = response.Headers.Warning.Any(
                warning => warning.Text.Contains("newer changes may be missing", StringComparison.Ordinal));
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            return ((int)response.StatusCode, TryParse(text), isWarned);
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            return (0, JsonValue.Create($"{trouble.GetType().Name}: {trouble.Message}"), false);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private static JsonObject Manifest(string name, string token, long count) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject { ["app"] = Namespace },
        },
        ["data"] = new JsonObject { ["token"] = token, ["count"] = $"{count}" },
    };

    private async Task<Answer> CallAsync(
        HttpMethod method, string path, JsonNode? body, string type)
    {
        var (code, answer, isWarned) = await ExchangeAsync(method, path, body, type);
        // Half an answer is none: whether the write was taken is not known.
        if (code is 0 or >= 500 or 429 || answer is null) return new(Outcome.Unknown, Said: $"{code} {Short(answer)}");
        if (code >= 400)
            return new(Outcome.Refused, Said: (string?)answer["reason"] ?? $"{code}") { IsWarned = isWarned };
        if ((string?)answer["kind"] == "ConfigMap") return new(Outcome.Done, SightOf(answer)) { IsWarned = isWarned };
        if (answer["items"] is not JsonArray items) return new(Outcome.Done);
        return new(Outcome.Done)
        {
            IsWarned = isWarned,
            Items = [.. items.Select(item => SightOf(item!))],
            ListRevision = long.Parse((string)answer["metadata"]!["resourceVersion"]!),
        };
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode == HttpStatusCode.OK) return response;
            using (response)
            {
                throw Refusal((int)response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token));
            }
        }
        catch (Exception trouble) when (IsTrouble(trouble) && !cancellation.IsCancellationRequested)
        {
            throw new DoorClosedException($"{Name} does not answer: {trouble.Message}", trouble);
        }
    }

    private async Task<string?> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (Exception trouble) when (IsTrouble(trouble) && !cancellation.IsCancellationRequested)
        {
            throw new DoorClosedException($"{Name} cut the watch: {trouble.Message}", trouble);
        }
    }

    private Exception Refusal(int code, string said) =>
        code == 410 ? new TooOldException($"{Name}: {said}") : new DoorClosedException($"{Name}: {code} {said}");

    private static Sight SightOf(JsonNode obj) => new(
        (string)obj["metadata"]!["name"]!, (string)obj["metadata"]!["uid"]!,
        long.Parse((string)obj["metadata"]!["resourceVersion"]!), (string)obj["data"]!["token"]!,
        long.Parse((string)obj["data"]!["count"]!));

    private static bool IsTrouble(Exception trouble) =>
        trouble is HttpRequestException or IOException or OperationCanceledException;

    private static string Short(JsonNode? answer) => (string?)(answer as JsonObject)?["message"] ?? $"{answer}";

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            // Only half of it came.
            return null;
        }
    }
}
