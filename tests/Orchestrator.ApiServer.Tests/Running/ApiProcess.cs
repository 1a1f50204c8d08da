using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.ApiServer.Auth;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>The front-end on a loopback port, over a store in memory.</summary>
public sealed class ApiProcess : IAsyncLifetime
{
    public const string Token = "the-token";

    private WebApplication _app = null!;

    /// <summary>Settings beyond the usual; set before the start.</summary>
    public Action<ApiServerOptions> Configure { get; init; } = static _ => { };

    /// <summary>How the store is made; the usual one is in memory and this process's alone.</summary>
    public Action<ObjectStoreOptions> ConfigureStore { get; init; } = static _ => { };

    /// <summary>What stands between the front-end and the store.</summary>
    public Func<IObjectStore, IObjectStore> Between { get; init; } = static store => store;

    /// <summary>What goes wrong with calls to grains, in turn.</summary>
    public Queue<Exception> Troubles { get; } = [];

    /// <summary>The authority to serve HTTPS with; null serves plain HTTP.</summary>
    public CertificateAuthority? Authority { get; init; }

    public string Url => _app.Urls.Single();

    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public IWatchCache Cache => Services.GetRequiredService<IWatchCache>();

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (Authority is not null) listen.UseHttps(Authority.ServerCertificate([]));
        }));
        builder.Services.AddObjectStore(ConfigureStore);
        builder.Services.AddSingleton(provider => Between(provider.GetRequiredService<ObjectStore>()));
        builder.Services.AddSingleton(new ContainerRuntimeOptions());
        builder.Services.AddSingleton<ContainerRuntimes>();
        builder.Services.AddSingleton(provider => StoreGrains.Over(
            provider.GetRequiredService<IObjectStore>(), Troubles));
        builder.Services.AddKubernetesApi(options =>
        {
            options.Tokens[Token] = new ApiUser("admin", ["system:masters"]);
            options.TokenKey = Authority?.TokenKey() ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
            options.BookmarkPeriod = TimeSpan.FromMilliseconds(100);
            // A client that is slow to leave, as on a busy machine, is not cut off.
            options.StreamFarewellTimeout = TimeSpan.FromMinutes(1);
            Configure(options);
        });
        _app = builder.Build();
        _app.MapKubernetesApi();
        await _app.StartAsync();
        Client = new HttpClient(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trusting() } })
        { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(30) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    private X509ChainPolicy? Trusting() => Authority is null ? null : new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { X509Certificate2.CreateFromPem(Authority.CertificatePem) },
    };

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public Task StopAsync() => _app.StopAsync();

    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, string contentType = "application/json",
        string? accept = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Client.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join('\n', header.Value),
                StringComparer.OrdinalIgnoreCase);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }

    public Task<Answer> GetAsync(string path, string? accept = null) => SendAsync(HttpMethod.Get, path, accept: accept);

    public Task<Answer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> DeleteAsync(string path, string? body = null) => SendAsync(HttpMethod.Delete, path, body);

    public async Task CreateAsync(string path, params IEnumerable<string> bodies)
    {
        foreach (var body in bodies) (await PostAsync(path, body)).Code.ShouldBe(HttpStatusCode.Created);
    }
}

/// <summary>What came back.</summary>
public sealed record Answer(HttpStatusCode Code, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Message => Json.GetProperty("message").GetString()!;

    public string Reason => Json.GetProperty("reason").GetString()!;

    public string Version => Json.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    public IReadOnlyList<string> Names =>
        [.. Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)];
}
