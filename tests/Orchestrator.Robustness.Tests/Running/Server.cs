using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.ApiServer;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Nodes;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>
/// The whole server in this process: API, grains, a store in memory and one simulated node, on a loopback port.
/// </summary>
public sealed class Server : IAsyncDisposable
{
    /// <summary>The token of a master.</summary>
    public const string Token = "the-token";

    /// <summary>The token of somebody who is no master.</summary>
    public const string PlainToken = "plain-token";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("robust-");
    private WebApplication _app = null!;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => new(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);

    /// <summary>What everybody reads.</summary>
    public IWatchCache Cache => _app.Services.GetRequiredService<IWatchCache>();

    /// <summary>What went wrong inside, as the log tells it.</summary>
    public LogBook Log { get; } = new();

    /// <summary>Connections and requests that are open now, watches among them.</summary>
    public Gauge Gauge { get; private set; } = null!;

    /// <summary>Grains in memory; -1 on an engine that does not tell.</summary>
    public int Activations => _app.Services.GetRequiredService<ILocalSiloDetails>() is var silo
        && silo.GetType().GetProperty("ActivationCount")?.GetValue(silo) is int count ? count : -1;

    /// <summary>Starts one, with a node and the usual namespaces.</summary>
    /// <param name="configure">Settings beyond the usual.</param>
    /// <param name="historyMax">How many changes the store keeps.</param>
    public static async Task<Server> StartAsync(Action<ApiServerOptions>? configure = null, int historyMax = 1_000)
    {
        var server = new Server();
        await server.RunAsync(configure, historyMax);
        return server;
    }

    /// <summary>A connection to it.</summary>
    public Task<Wire> ConnectAsync() => Wire.ConnectAsync(Address);

    /// <summary>Sends one request over a connection of its own.</summary>
    public async Task<Reply> SendAsync(Requests.Message message)
    {
        await using var wire = await ConnectAsync();
        return await wire.AskAsync(message);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Gauge.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task RunAsync(Action<ApiServerOptions>? configure, int historyMax)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddObjectStore(store => (store.HistoryMax, store.WatchRingMax, store.ReasonsMax) =
            (historyMax, historyMax, 2_000));
        builder.Services.AddSingleton(new ContainerRuntimeOptions { Cluster = "robust" });
        builder.Services.AddSingleton<ContainerRuntimes>();
        // The events of the samples are from long ago, and must not be swept away.
        builder.Services.AddOrchestratorGrains(options =>
            (options.DataDirectory, options.EventLifetime) = (_folder.FullName, TimeSpan.FromDays(10_000)));
        builder.Services.AddKubernetesApi(options =>
        {
            options.Tokens[Token] = new ApiUser("admin", ["system:masters"]);
            options.Tokens[PlainToken] = new ApiUser("jane", ["developers"]);
            options.TokenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            options.FreshnessTimeout = TimeSpan.FromMilliseconds(10);
            configure?.Invoke(options);
        });
        builder.UseOrleansEngine(Unique());
        _app = builder.Build();
        _app.MapKubernetesApi();
        Gauge = new(_app.Services.GetRequiredService<IMeterFactory>());
        await _app.StartAsync();
        await PopulateAsync();
    }

    private async Task PopulateAsync()
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            var made = await SendAsync(Requests.Message.Post(
                "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}"""));
            Assert.True(made.Code == 201, made.ToString());
        }
        var grains = _app.Services.GetRequiredService<IGrainFactory>();
        await grains.GetGrain<INodeGrain>("node-1").Register(new NodeRegistration(
            "simulated://node-1", "127.0.0.1", new Dictionary<string, string>()));
    }

    // Two servers of one process must not take each other for parts of one cluster.
    private static string Unique() => string.Create(CultureInfo.InvariantCulture, $"robust-{Guid.NewGuid():N}");
}
