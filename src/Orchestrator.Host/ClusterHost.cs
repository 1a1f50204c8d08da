using System.Net;
using Orchestrator.ApiServer;
using Orchestrator.ApiServer.Auth;
using Orchestrator.ApiServer.Health;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;
using Orchestrator.Storage;

namespace Orchestrator.Hosting;

/// <summary>Wires a whole cluster into this process and runs it until it is asked to stop.</summary>
internal static class ClusterHost
{
    /// <exception cref="StartException">It cannot start; nothing was left half-made.</exception>
    public static async Task RunAsync(ServeSettings settings, CancellationToken cancellation)
    {
        SiloPorts.RefuseTaken(settings.Listen, "--listen ADDRESS:PORT");
        await RequireEngineAsync(settings, cancellation);
        var (data, silo) = settings.Cluster is { } cluster
            ? await LoneStart.JoinAsync(settings, cluster, cancellation)
            : (DataFolder.Open(settings.DataDirectory), null);
        var app = Build(settings, data, silo);
        try
        {
            await app.StartAsync(cancellation);
            await app.Services.GetRequiredService<Bootstrap>().RunAsync(settings);
        }
        catch (Exception trouble) when (trouble is StoreUnavailableException or IOException
            or Orleans.Runtime.OrleansException)
        {
            throw new StartException(trouble.Message, trouble);
        }
        Kubeconfig.Write(data.Kubeconfig, $"https://{Reachable(settings.Listen)}", data.Authority.CertificatePem,
            data.AdminToken);
        app.Services.GetRequiredService<Readiness>().IsReady = true;
        await app.WaitForShutdownAsync(cancellation);
    }

    private static WebApplication Build(ServeSettings settings, DataFolder data, SiloSettings? silo)
    {
        // Settings come from the command line; a watch on the files of the current folder, which may hold the store,
        // would hear of every commit.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders();
        AddLog(builder.Logging);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Orleans", LogLevel.Warning);
        // It would open a scope and an activity for each request, which nobody reads.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Listen,
                listen => listen.UseHttps(data.Authority.ServerCertificate(Names(settings))));
        });
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddObjectStore(store =>
        {
            store.ConnectionString = settings.Cluster?.ConnectionString;
            store.DataDirectory = settings.IsInMemory ? null : data.Path;
        });
        services.AddSingleton<ApiAddresses>();
        services.AddSingleton<Bootstrap>();
        services.AddSingleton(provider => new ContainerRuntimes(RuntimeOptions(settings, data.ClusterId),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddOrchestratorGrains(options =>
        {
            Configure(options, settings, data.Path, data.ClusterId);
            options.CertificateAuthority = data.Authority.CertificatePem;
        });
        var readiness = new Readiness();
        services.AddSingleton(readiness);
        services.AddKubernetesApi(api =>
        {
            api.Tokens[data.AdminToken] = new ApiUser("admin", ["system:masters"]);
            api.TokenKey = data.Authority.TokenKey();
            api.HealthChecks.Add(new HealthCheck("bootstrap", _ => ValueTask.FromResult(readiness.IsReady)));
        });
        if (silo is null) builder.UseOrleansEngine(data.ClusterId, settings.Machine);
        else builder.UseOrleansCluster(silo);
        var app = builder.Build();
        app.MapKubernetesApi();
        return app;
    }

    /// <summary>Where log lines go, and how they look.</summary>
    public static void AddLog(ILoggingBuilder logging) => logging.AddSimpleConsole(
        console => (console.SingleLine, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ "));

    /// <summary>How the engines of nodes are spoken to.</summary>
    public static ContainerRuntimeOptions RuntimeOptions(ServeSettings settings, string clusterId) => new()
    {
        Cluster = clusterId,
        // Engines that are open to anybody are refused node by node, where one may be allowed.
        Docker = settings.Nodes.Applied(new DockerOptions { AllowsPlainTcp = true }),
    };

    /// <summary>What grains and nodes are told of the settings.</summary>
    public static void Configure(GrainOptions options, ServeSettings settings, string dataDirectory, string clusterId)
    {
        options.DataDirectory = dataDirectory;
        options.MemoryDirectory = MemoryDirectory(settings, clusterId);
        options.ContainerRestartPeriodMax = settings.ContainerRestartPeriodMax;
        options.HasReducedCrashBackOff = settings.HasReducedCrashBackOff;
        options.WarmSandboxes = settings.WarmSandboxes;
        options.AllowsPrivileged = settings.AllowsPrivileged;
        options.NodePolicy = settings.Policy;
        options.Nodes = settings.Nodes;
        options.ApiAddress = ApiAddressOf(settings.Listen);
    }

    private static string Reachable(IPEndPoint listen) =>
        listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any)
            ? $"127.0.0.1:{listen.Port}"
            : listen.ToString();

    // Pods come from other networks than that of the machine itself.
    private static IPEndPoint? ApiAddressOf(IPEndPoint listen)
    {
        if (IPAddress.IsLoopback(listen.Address)) return null;
        var isAny = listen.Address.Equals(IPAddress.Any) || listen.Address.Equals(IPAddress.IPv6Any);
        return isAny ? new IPEndPoint(IPAddress.Parse(MachineAddress.Find()), listen.Port) : listen;
    }

    // Several processes on one machine keep their nodes' files apart.
    private static string? MemoryDirectory(ServeSettings settings, string clusterId)
    {
        if (!Directory.Exists("/dev/shm")) return null;
        return settings.Cluster is null
            ? $"/dev/shm/orc-{clusterId}"
            : $"/dev/shm/orc-{clusterId}-{settings.Machine}";
    }

    private static IReadOnlyList<string> Names(ServeSettings settings)
    {
        List<string> names =
            ["localhost", "127.0.0.1", "::1", settings.Listen.Address.ToString(), Environment.MachineName,
                settings.Machine, .. settings.Names];
        if (settings.Cluster is { } cluster) names.Add(cluster.SiloAddress.ToString());
        if (!System.Net.IPAddress.IsLoopback(settings.Listen.Address)) names.Add(MachineAddress.Find());
        return names;
    }

    private static async Task RequireEngineAsync(ServeSettings settings, CancellationToken cancellation)
    {
        if (settings.Docker == ServeSettings.NoDocker) return;
        await using var runtimes = new ContainerRuntimes(new ContainerRuntimeOptions(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        try
        {
            await runtimes.For(settings.NodeName, settings.Docker).DescribeAsync(cancellation);
        }
        catch (Exception trouble) when (trouble is RuntimeUnavailableException or FormatException)
        {
            throw new StartException(trouble.Message, trouble);
        }
    }
}
