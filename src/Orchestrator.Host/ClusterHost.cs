using System.Net;
using System.Net.Sockets;
using Orchestrator.ApiServer;
using Orchestrator.ApiServer.Auth;
using Orchestrator.ApiServer.Health;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>Wires a whole cluster into this process and runs it until it is asked to stop.</summary>
internal static class ClusterHost
{
    /// <exception cref="StartException">It cannot start; nothing was left half-made.</exception>
    public static async Task RunAsync(ServeSettings settings, CancellationToken cancellation)
    {
        var data = DataFolder.Open(settings.DataDirectory);
        RefuseTakenPort(settings.Listen);
        await RequireEngineAsync(settings, cancellation);
        var app = Build(settings, data);
        try
        {
            await app.StartAsync(cancellation);
            await app.Services.GetRequiredService<Bootstrap>().RunAsync(settings);
        }
        catch (Exception trouble) when (trouble is StoreUnavailableException or IOException)
        {
            throw new StartException(trouble.Message, trouble);
        }
        Kubeconfig.Write(data.Kubeconfig, $"https://{Reachable(settings.Listen)}", data.Authority.CertificatePem, data.AdminToken);
        app.Services.GetRequiredService<Readiness>().IsReady = true;
        await app.WaitForShutdownAsync(cancellation);
    }

    private static WebApplication Build(ServeSettings settings, DataFolder data)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ "));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Orleans", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Listen, listen => listen.UseHttps(data.Authority.ServerCertificate(Names(settings))));
        });
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddObjectStore(store => store.DataDirectory = settings.IsInMemory ? null : data.Path);
        services.AddSingleton<Bootstrap>();
        services.AddSingleton(provider => new ContainerRuntimes(
            new ContainerRuntimeOptions { Cluster = data.ClusterId }, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddOrchestratorGrains(options =>
        {
            options.DataDirectory = data.Path;
            options.MemoryDirectory = Directory.Exists("/dev/shm") ? $"/dev/shm/orc-{data.ClusterId}" : null;
            options.CertificateAuthority = data.Authority.CertificatePem;
        });
        var readiness = new Readiness();
        services.AddSingleton(readiness);
        services.AddKubernetesApi(api =>
        {
            api.Tokens[data.AdminToken] = new ApiUser("admin", ["system:masters"]);
            api.HealthChecks.Add(new HealthCheck("bootstrap", _ => ValueTask.FromResult(readiness.IsReady)));
        });
        builder.UseOrleansEngine(data.ClusterId);
        var app = builder.Build();
        app.MapKubernetesApi();
        return app;
    }

    private static string Reachable(IPEndPoint listen) =>
        listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any)
            ? $"127.0.0.1:{listen.Port}"
            : listen.ToString();

    private static IReadOnlyList<string> Names(ServeSettings settings) =>
        ["localhost", "127.0.0.1", "::1", settings.Listen.Address.ToString(), Environment.MachineName];

    private static void RefuseTakenPort(IPEndPoint listen)
    {
        try
        {
            using var socket = new Socket(listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(listen);
        }
        catch (SocketException taken)
        {
            var why = taken.SocketErrorCode == SocketError.AddressAlreadyInUse ? "another process listens there" : taken.Message;
            throw new StartException($"cannot listen on {listen}: {why}; choose another with --listen ADDRESS:PORT", taken);
        }
    }

    private static async Task RequireEngineAsync(ServeSettings settings, CancellationToken cancellation)
    {
        if (settings.Docker == ServeSettings.NoDocker) return;
        await using var runtimes = new ContainerRuntimes(new ContainerRuntimeOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        try
        {
            await runtimes.For(settings.NodeName, settings.Docker).DescribeAsync(cancellation);
        }
        catch (RuntimeUnavailableException trouble)
        {
            throw new StartException(trouble.Message, trouble);
        }
    }
}
