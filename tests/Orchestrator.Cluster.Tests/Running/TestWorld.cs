using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Grains.Engine;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Storage;
using Orleans.Configuration;
using Orleans.Contract.Tests.Support;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>
/// A cluster in this process: silos over one store in memory, and nodes whose containers are simulated. What a test
/// claims, it claims of the objects in the watch cache.
/// </summary>
public sealed class TestWorld : IAsyncDisposable
{
    /// <summary>The certificate handed to every namespace.</summary>
    public const string Certificate = "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n";

    private const int StatusShown = 240;
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-world-");
    private readonly LogBook _log = new();
    private readonly ServiceProvider _shared;
    private readonly InProcessTestCluster _cluster;

    private readonly List<ServiceProvider> _stores = [];
    private readonly MemoryLog _journal = new(new ObjectStoreOptions());

    private TestWorld(Action<GrainOptions>? configure, SimulatedOptions simulated, short silos,
        Func<TimeSpan>? feedDelay)
    {
        _shared = new ServiceCollection().AddObjectStore(
            store => (store.SharedMemory, store.CatchUpTimeout) =
                (feedDelay is null ? null : _journal, TimeSpan.FromMinutes(1))).BuildServiceProvider();
        Store = _shared.GetRequiredService<IObjectStore>();
        Cache = _shared.GetRequiredService<IWatchCache>();
        Runtimes = new(new ContainerRuntimeOptions { Cluster = "test", Simulated = simulated }, TimeProvider.System,
            NullLoggerFactory.Instance);
        var builder = new InProcessTestClusterBuilder(silos);
        KilledSilos.Outlive(builder);
        builder.ConfigureHost(host =>
            host.Logging.ClearProviders().AddProvider(_log).AddFilter("Orchestrator.Grains.Sweeper", LogLevel.Debug));
        builder.ConfigureSiloHost((_, host) =>
        {
            // Handed over as they are: a silo that dies must not close what the others go on with.
            var (store, cache) = StoreOfSilo(feedDelay);
            host.Services.AddSingleton(TimeProvider.System).AddSingleton(store).AddSingleton(cache)
                .AddSingleton(Runtimes)
                .AddOrchestratorGrains(options =>
                {
                    (options.DataDirectory, options.CertificateAuthority) = (_folder.FullName, Certificate);
                    configure?.Invoke(options);
                });
        });
        builder.ConfigureSilo((_, silo) => silo.AddOrchestratorSilo().Configure<ClusterMembershipOptions>(membership =>
        {
            // A killed silo is to be missed soon.
            (membership.ProbeTimeout, membership.NumMissedProbesLimit) = (TimeSpan.FromSeconds(1), 2);
            membership.NumVotesForDeathDeclaration = 1;
        }));
        builder.ConfigureClientHost(host => host.Services.AddEngineServices());
        _cluster = builder.Build();
    }

    /// <summary>The truth, which a test may read and write behind the grains' back.</summary>
    public IObjectStore Store { get; }

    /// <summary>What everybody reads.</summary>
    public IWatchCache Cache { get; }

    /// <summary>What is read through each silo; the one that all share, when they are not apart.</summary>
    public IReadOnlyList<IWatchCache> Caches =>
        _stores.Count == 0 ? [Cache] : [.. _stores.Select(store => store.GetRequiredService<IWatchCache>())];

    /// <summary>What the silos say of their sweeps: how many share, and how many objects this one woke.</summary>
    public IReadOnlyDictionary<string, (int Silos, int Woken)> Sweeps => _log.Sweeps;

    /// <summary>The simulated engines.</summary>
    public ContainerRuntimes Runtimes { get; }

    /// <summary>The way to the grains.</summary>
    public IGrainFactory Grains => _cluster.Client;

    /// <summary>The silos that run.</summary>
    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    /// <summary>A world with the four namespaces and so many nodes, <c>node-1</c> and on.</summary>
    public static async Task<TestWorld> StartAsync(
        int nodes = 1, short silos = 1, Action<GrainOptions>? configure = null,
        params SimulatedBehaviour[] behaviours) =>
        await StartAsync(new TestWorld(configure, new SimulatedOptions { Behaviours = behaviours }, silos, null),
            nodes);

    /// <summary>
    /// The same, with a store and a watch cache for each silo, as if each were a process of its own: it hears late of
    /// what the others write, up to so many milliseconds, unevenly.
    /// </summary>
    public static async Task<TestWorld> StartApartAsync(
        int nodes = 1, short silos = 3, int lateByMax = 20, Action<GrainOptions>? configure = null)
    {
        var chance = new Random(lateByMax);
        var late = () =>
        {
            lock (chance) return TimeSpan.FromMilliseconds(chance.Next(lateByMax + 1));
        };
        return await StartAsync(new TestWorld(configure, new SimulatedOptions(), silos, late), nodes);
    }

    private static async Task<TestWorld> StartAsync(TestWorld world, int nodes)
    {
        // As in the program: the store is open before the first silo starts.
        foreach (var opening in world._shared.GetServices<IHostedService>())
            await opening.StartAsync(CancellationToken.None);
        await world._cluster.DeployAsync();
        await Task.WhenAll(Namespaces.Select(name => world.Create(new Namespace { Metadata = new() { Name = name } })));
        for (var i = 1; i <= nodes; i++) await world.AddNode($"node-{i}");
        return world;
    }

    /// <summary>A node joins; returns its engine.</summary>
    public async Task<SimulatedRuntime> AddNode(
        string name, string query = "", params (string Key, string Value)[] labels)
    {
        var all = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name };
        foreach (var (key, value) in labels) all[key] = value;
        await Grains.GetGrain<INodeGrain>(
            name).Register(new NodeRegistration($"simulated://{name}{query}", "127.0.0.1", all));
        await Eventually(() => IsReady(name), $"node {name} is ready");
        return Engine(name, query);
    }

    /// <summary>The engine of a node.</summary>
    public SimulatedRuntime Engine(string node, string query = "") =>
        (SimulatedRuntime)Runtimes.For(node, $"simulated://{node}{query}");

    /// <summary>The node says that it is ready.</summary>
    public bool IsReady(string node) =>
        Cache.Find(Node.Kind, "", node)?.Status.Conditions
            .Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    public Task KillSiloAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    public IObjectGrain GrainOf(ApiObject obj) => Grains.Object(KindRegistry.KeyOf(obj));

    public async Task<T> Create<T>(T obj, WriteOptions? options = null) where T : ApiObject =>
        Known(obj, await Written(GrainOf(obj).Create(obj, options ?? new WriteOptions())));

    public async Task<T> Update<T>(T obj, string subresource = "", WriteOptions? options = null) where T : ApiObject =>
        Known(obj, await Written(GrainOf(obj).Update(obj, subresource, options ?? new WriteOptions())));

    /// <summary>
    /// What a grain has written, when it is seen here: silos that are apart do not wait for this cache, which may be
    /// behind by what it is just taking in.
    /// </summary>
    public async Task<WriteResult> Written(Task<WriteResult> write)
    {
        var result = await write;
        await Store.CatchUpAsync();
        return result;
    }

    /// <summary>Changes the newest version, whatever it is.</summary>
    public Task<T> Change<T>(T obj, Func<T, T> change) where T : ApiObject
    {
        var next = change(Fresh(obj));
        return Update(next with { Metadata = next.Metadata with { ResourceVersion = null } });
    }

    /// <summary>A JSON merge patch.</summary>
    public async Task<T> Merge<T>(
        T obj, string json, string subresource = "", WriteOptions? options = null) where T : ApiObject
    {
        var patch = new PatchRequest("application/merge-patch+json", Encoding.UTF8.GetBytes(json), subresource);
        return Known(obj, await Written(GrainOf(obj).Patch(patch, options ?? new WriteOptions())));
    }

    // An object of a declared kind does not say itself what it is, and may come from another silo.
    private static T Known<T>(T asked, WriteResult result) where T : ApiObject =>
        (T)KindRegistry.Of(asked).Owned(result.Object);

    public Task<WriteResult> Delete(ApiObject obj, DeleteRequest? request = null) =>
        Written(GrainOf(obj).Delete(request ?? new DeleteRequest()));

    /// <summary>The object as it stands, or null.</summary>
    public T? Find<T>(T obj) where T : ApiObject => (T?)Cache.Find(KindRegistry.KeyOf(obj))?.Object;

    /// <summary>The object as it stands; it must be there.</summary>
    public T Fresh<T>(T obj) where T : ApiObject =>
        Find(obj) ?? throw new Xunit.Sdk.XunitException($"{KindRegistry.KeyOf(obj)} is gone\n{Shown()}");

    /// <summary>Everything that happened after a revision.</summary>
    public async Task<IReadOnlyList<ObjectChange>> History(long after = 0)
    {
        await Store.CatchUpAsync();
        return await Store.ReadChangesAsync(after, int.MaxValue);
    }

    public async Task<IReadOnlyList<ReasonRecord>> Reasons(ApiObject obj) =>
        await Store.ReadReasonsAsync(KindRegistry.KeyOf(obj).ToString(), 1000);

    /// <summary>Waits until the condition holds; when it never does, shows the world.</summary>
    public Task Eventually(Func<bool> condition, string what, int seconds = 30) =>
        Eventually(() => Task.FromResult(condition()), what, seconds);

    /// <inheritdoc cref="Eventually(Func{bool}, string, int)" />
    public async Task Eventually(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(seconds))
            {
                throw new Xunit.Sdk.XunitException($"never came true: {what}\n{Shown()}\n{await ReasonsShown()}");
            }
            await pause.WaitForNextTickAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Runtimes.DisposeAsync();
        foreach (var store in _stores) await store.DisposeAsync();
        await _shared.DisposeAsync();
        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    // As in the program a store is open before its silo starts; over a log in memory that takes no time.
    private (IObjectStore Store, IWatchCache Cache) StoreOfSilo(Func<TimeSpan>? feedDelay)
    {
        if (feedDelay is null) return (Store, Cache);
        var provider = new ServiceCollection()
            .AddObjectStore(store => (store.SharedMemory, store.FeedDelay) = (_journal, feedDelay))
            .BuildServiceProvider();
        lock (_stores) _stores.Add(provider);
        foreach (var opening in provider.GetServices<IHostedService>())
            opening.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        return (provider.GetRequiredService<IObjectStore>(), provider.GetRequiredService<IWatchCache>());
    }

    private string Shown()
    {
        var text = new StringBuilder($"at revision {Cache.Revision}:\n");
        foreach (var kind in KindRegistry.All.Where(
            kind => kind.Name is "Node" or "Namespace" or "Deployment" or "ReplicaSet" or "Pod" or "Event"))
        {
            foreach (var item in Cache.List(kind).Items)
                text.AppendLine(item.Object is Event happened ? Line(happened) : Line(item));
        }
        return text.AppendLine("warnings:").AppendJoin('\n', _log.Lines).ToString();
    }

    private static string Line(Event happened) =>
        $"  {happened.InvolvedObject.Kind} {happened.InvolvedObject.Name}: {happened.Reason} {happened.Message} (x{happened.Count})";

    private static string Line(StoredObject item)
    {
        var meta = item.Object.Metadata;
        var json = Encoding.UTF8.GetString(item.Json.Span);
        var status = json.IndexOf("\"status\":", StringComparison.Ordinal);
        var shown = status < 0 ? "" : json[status..Math.Min(json.Length, status + StatusShown)];
        return $"  {item.Key} r{item.Revision} g{meta.Generation} {(meta.DeletionTimestamp is null ? "" : "deleting ")}{shown}";
    }

    private async Task<string> ReasonsShown()
    {
        var text = new StringBuilder("reasons:\n");
        foreach (var item in KindRegistry.All.Where(kind => kind != Event.Kind)
            .SelectMany(kind => Cache.List(kind).Items))
        {
            foreach (var reason in await Store.ReadReasonsAsync(item.Key.ToString(), 20))
                text.AppendLine($"  {item.Key} {reason.Decision}: {reason.Why}");
        }
        return text.ToString();
    }
}
