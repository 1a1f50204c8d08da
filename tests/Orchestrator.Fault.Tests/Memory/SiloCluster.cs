using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Loads;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Storage;
using Orchestrator.Storage.Tests;
using Orleans.Configuration;
using Orleans.Contract.Tests.Support;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Orchestrator.Fault.Tests.Memory;

/// <summary>
/// Three silos in this process, each with a store and a cache of its own over one shared journal, and simulated nodes.
/// </summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    /// <summary>How many silos there are.</summary>
    public const int SilosCount = 3;

    private static readonly TimeSpan BeforeDeath = TimeSpan.FromSeconds(1), AfterDeath = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8), HastyPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-silos-");
    private readonly ConcurrentBag<SiloStore> _stores = [];
    private readonly List<SiloSlot> _slots =
        [.. Enumerable.Range(0, SilosCount).Select(i => new SiloSlot($"silo-{i}"))];
    private readonly PostgresServer? _database;
    private readonly MemoryLog _log = new(new ObjectStoreOptions());
    private readonly string? _connection;
    private readonly InProcessTestCluster _cluster;

    private SiloCluster(bool isPostgres)
    {
        _database = isPostgres ? new PostgresServer() : null;
        _connection = _database?.CreateDatabase();
        Runtimes = new(
            new ContainerRuntimeOptions { Cluster = "test" }, TimeProvider.System, NullLoggerFactory.Instance);
        var builder = new InProcessTestClusterBuilder(SilosCount);
        KilledSilos.Outlive(builder);
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSiloHost((_, host) =>
        {
            // As in the program: the store is open before the silo starts.
            var store = SiloStore.OpenAsync(StoreOptions()).GetAwaiter().GetResult();
            _stores.Add(store);
            store.AddTo(host.Services);
            host.Services.AddSingleton(TimeProvider.System).AddSingleton(Runtimes)
                .AddOrchestratorGrains(options =>
                    (options.DataDirectory, options.CertificateAuthority) = (_folder.FullName, "none"));
        });
        builder.ConfigureSilo((_, silo) => silo.AddOrchestratorSilo().Configure<ClusterMembershipOptions>(membership =>
        {
            (membership.ProbeTimeout, membership.NumMissedProbesLimit) = (TimeSpan.FromSeconds(1), 2);
            membership.NumVotesForDeathDeclaration = 1;
        }));
        builder.ConfigureClientHost(host => host.Services.AddEngineServices());
        _cluster = builder.Build();
    }

    /// <summary>The simulated engines.</summary>
    public ContainerRuntimes Runtimes { get; }

    /// <summary>The places of the silos.</summary>
    public IReadOnlyList<SiloSlot> Slots => _slots;

    /// <summary>A patient client of every silo.</summary>
    public IReadOnlyList<IDoor> Doors => [.. _slots.Select(slot => new GrainDoor(slot, Patience))];

    /// <summary>A client of every silo that gives up soon.</summary>
    public IReadOnlyList<IDoor> HastyDoors => [.. _slots.Select(slot => new GrainDoor(slot, HastyPatience))];

    /// <summary>Starts the silos over a log in memory or a PostgreSQL server of their own.</summary>
    public static async Task<SiloCluster> StartAsync(bool isPostgres, int nodes)
    {
        var cluster = new SiloCluster(isPostgres);
        await cluster._cluster.DeployAsync();
        foreach (var (slot, silo) in cluster._slots.Zip(cluster._cluster.Silos)) slot.Silo = silo;
        var grains = cluster._slots[0].Grains!;
        foreach (var name in Namespaces)
        {
            await grains.Object(Namespace.Kind.KeyOf("", name)).Create(
                new Namespace { Metadata = new() { Name = name } }, new WriteOptions());
        }
        for (var i = 1; i <= nodes; i++)
        {
            await grains.GetGrain<INodeGrain>($"node-{i}").Register(new NodeRegistration(
                $"simulated://node-{i}", "127.0.0.1",
                new Dictionary<string, string> { ["kubernetes.io/hostname"] = $"node-{i}" }));
        }
        return cluster;
    }

    /// <summary>The engine of a node.</summary>
    public SimulatedRuntime Engine(int node) =>
        (SimulatedRuntime)Runtimes.For($"node-{node}", $"simulated://node-{node}");

    /// <summary>Makes a fault and ends it.</summary>
    public async Task DoAsync(FaultStep fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillSilo:
                await ReplaceAsync(_slots[fault.Victim]);
                break;
            case FaultKind.FreezeStore:
                await FreezeAsync(_slots[fault.Victim]);
                break;
            case FaultKind.RestartDatabase:
                await Task.Run(_database!.Restart);
                break;
            case FaultKind.KillDatabase:
                await Task.Run(_database!.Kill);
                await Task.Run(_database.Start);
                break;
            default:
                throw new ArgumentException($"silos of one process have no {fault.Kind}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync().AsTask().WaitAsync(EndPatience);
        foreach (var store in _stores) await store.DisposeAsync().AsTask().WaitAsync(EndPatience);
        await Runtimes.DisposeAsync();
        _database?.Dispose();
        _folder.Delete(recursive: true);
    }

    // It hangs amid its writes, is given up, and goes on when others have taken its place.
    private async Task FreezeAsync(SiloSlot slot)
    {
        var stale = slot.Store!;
        stale.Freeze();
        await Task.Delay(BeforeDeath);
        await ReplaceAsync(slot);
        await Task.Delay(AfterDeath);
        stale.Thaw();
    }

    private async Task ReplaceAsync(SiloSlot slot)
    {
        var (silo, store) = (slot.Silo!, slot.Store!);
        slot.Silo = null;
        store.Die();
        await _cluster.KillSiloAsync(silo);
        slot.Silo = await _cluster.StartAdditionalSiloAsync();
    }

    private ObjectStoreOptions StoreOptions() => new()
    {
        ConnectionString = _connection,
        SharedMemory = _log,
        FeedDelay = () => TimeSpan.FromMilliseconds(5),
    };
}
