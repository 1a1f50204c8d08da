using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>Who a registry lets in.</summary>
internal enum RegistryDoor
{
    Open,
    Basic,
    Bearer,
}

/// <summary>
/// A registry on this machine, as far as pulls go: it counts what it is asked, may ask for a password, and may stop in
/// the middle of a blob until it is told to go on.
/// </summary>
internal sealed class TestRegistry(RegistryDoor door) : IAsyncDisposable
{
    public const string User = "puller", Password = "sehr-geheim";

    private readonly ConcurrentDictionary<string, RegistryImage> _images = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _holds = new();
    private readonly string _token = Guid.NewGuid().ToString("N");
    private WebApplication? _server;

    /// <summary>
    /// <c>manifest app:1</c>, <c>blob sha256:…</c>, <c>token app</c>; refused ones begin with <c>no </c>.
    /// </summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public string Host { get; private set; } = "";

    public async Task<TestRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
        await _server.StartAsync();
        Host = new Uri(_server.Urls.First()).Authority;
        return this;
    }

    public int Count(string begin) => Requests.Count(request => request.StartsWith(begin, StringComparison.Ordinal));

    public void Put(string name, RegistryImage image)
    {
        _images[name] = image;
        _images[$"{name.Split(':')[0]}@{image.Digest}"] = image;
    }

    /// <summary>Stops in the middle of the blob until the answer is completed.</summary>
    public TaskCompletionSource Hold(string digest) => _holds.GetOrAdd(
        digest, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public async ValueTask DisposeAsync()
    {
        foreach (var hold in _holds.Values) hold.TrySetResult();
        if (_server is not null) await _server.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path is ["token"]) await GiveTokenAsync(context);
        else if (!IsLetIn(context)) await RefuseAsync(context, path);
        else if (path is ["v2"]) context.Response.StatusCode = 200;
        else if (path is ["v2", .. var name, "manifests", var tag]) await ManifestAsync(context, name, tag);
        else if (path is ["v2", .., "blobs", var digest]) await BlobAsync(context, digest);
        else context.Response.StatusCode = 404;
    }

    private bool IsLetIn(HttpContext context)
    {
        var said = context.Request.Headers.Authorization.ToString();
        return door switch
        {
            RegistryDoor.Basic => said == Basic,
            RegistryDoor.Bearer => said == $"Bearer {_token}",
            _ => true,
        };
    }

    private static string Basic =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";

    private async Task RefuseAsync(HttpContext context, string[] path)
    {
        if (path.Length > 1) Requests.Enqueue($"no {string.Join('/', path[1..])}");
        context.Response.StatusCode = 401;
        context.Response.Headers.WWWAuthenticate = door == RegistryDoor.Basic
            ? "Basic realm=\"test\""
            : $"Bearer realm=\"http://{Host}/token\",service=\"test\"";
        await WriteAsync(context, "application/json",
            """{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"""u8.ToArray());
    }

    private async Task GiveTokenAsync(HttpContext context)
    {
        var isKnown = context.Request.Headers.Authorization.ToString() == Basic;
        Requests.Enqueue($"{(isKnown ? "" : "no ")}token {context.Request.Query["scope"]}");
        if (isKnown)
        {
            await WriteAsync(context, "application/json",
                Encoding.UTF8.GetBytes($$"""{"token":"{{_token}}","expires_in":300}"""));
            return;
        }
        context.Response.StatusCode = 401;
        await WriteAsync(context, "application/json", """{"details":"incorrect username or password"}"""u8.ToArray());
    }

    private async Task ManifestAsync(HttpContext context, string[] name, string tag)
    {
        var key = string.Join('/', name) + (tag.Contains(':') ? '@' : ':') + tag;
        Requests.Enqueue($"manifest {key}");
        if (_images.TryGetValue(key, out var image))
        {
            context.Response.Headers["Docker-Content-Digest"] = image.Digest;
            await WriteAsync(context, RegistryImage.ManifestType, image.Manifest);
            return;
        }
        context.Response.StatusCode = 404;
        await WriteAsync(context, "application/json",
            """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"""u8.ToArray());
    }

    private async Task BlobAsync(HttpContext context, string digest)
    {
        Requests.Enqueue($"blob {digest}");
        var blob = _images.Values.Select(image => image.Blobs.GetValueOrDefault(digest)).FirstOrDefault(
            found => found is not null);
        if (blob is null)
        {
            context.Response.StatusCode = 404;
            return;
        }
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = blob.Length;
        if (_holds.TryGetValue(digest, out var hold))
        {
            await context.Response.Body.WriteAsync(blob.AsMemory(0, blob.Length / 2), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await hold.Task.WaitAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(blob.AsMemory(blob.Length / 2), context.RequestAborted);
            return;
        }
        await context.Response.Body.WriteAsync(blob, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body);
    }
}
