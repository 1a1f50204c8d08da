using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Simulations.Faults;
using Orchestrator.Simulations.Invariants;
using Orchestrator.Storage;
using Orleans.Hosting;
using Orleans.Local;

namespace Orchestrator.Simulations;

/// <summary>
/// The whole control plane on one thread: silos over one store in memory, or each over its own, nodes with simulated
/// engines, a clock that only the scheduler moves. Nothing of it is shared with another world of the process.
/// </summary>
internal sealed class SimulatedWorld : IDisposable
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    // Images by what they do; all others run for ever and stop when told.
    private static readonly IReadOnlyList<SimulatedBehaviour> Behaviours =
    [
        new("*job/done*") { RunTime = TimeSpan.FromSeconds(20), Jitter = 0.5 },
        new("*job/failed*") { RunTime = TimeSpan.FromSeconds(10), ExitCode = 1, Jitter = 0.5 },
        new("*job/crashing*") { RunTime = TimeSpan.FromSeconds(3), ExitCode = 2, Jitter = 0.5 },
    ];

    private readonly SimulationOptions _options;
    private readonly ObjectStore _store;
    private readonly WatchCache _cache;
    private readonly MemoryLog? _log;
    private readonly WarningLog _logs;
    private readonly List<ShakyJournal> _journals = [];
    private int _stores;
    private SiloStore? _next;
    private readonly SortedDictionary<string, SimulatedRuntime> _engines = new(StringComparer.Ordinal);

    public SimulatedWorld(SimulationOptions options)
    {
        _options = options;
        Clock = new VirtualTimeProvider();
        Scheduler = new SeededScheduler(options.Seed, Clock)
        {
            IsStrict = true,
            TurnsPerInstantMax = options.TurnsPerInstantMax,
        };
        Log = new EventLog(Clock, options.Log);
        var logs = new WarningLog(Log, Scheduler.Fail);
        _logs = logs;
        IJournal journal = new MemoryJournal(StoreOptions);
        if (options.Stores == StoreLayout.PerSilo)
        {
            // This store only looks on: it hears of every commit at once, whoever writes it.
            _log = new MemoryLog(StoreOptions);
            journal = new MemoryJournal(_log, Clock);
        }
        else
        {
            journal = Shaky(journal, "journal");
        }
        Network = new ShakyNetwork(Clock, ChanceFor("network"), Counters);
        _store = new ObjectStore(journal, StoreOptions, Clock, LoggerFor<ObjectStore>(logs));
        _cache = new WatchCache(_store, StoreOptions);
        Runtimes = new ContainerRuntimes(
            new() { Cluster = "sim", Simulated = new() { Seed = options.Seed, Behaviours = Behaviours } }, Clock,
            NullLoggerFactory.Instance);
        var ids = new RandomIdSource(new Random(options.Seed));
        Cluster = new SeededCluster(
            Scheduler, silo => Configure(silo, ids, logs), client => client.Services.AddLogging(Quiet));
        Invariants = new InvariantSet(this, options.Faults);

        void Quiet(ILoggingBuilder builder) => builder.SetMinimumLevel(LogLevel.Warning).AddProvider(logs);
    }

    public VirtualTimeProvider Clock { get; }

    public SeededScheduler Scheduler { get; }

    public Counters Counters { get; } = new();

    public PlacementRate Placements { get; } = new();

    public EventLog Log { get; }

    /// <summary>Journals to break: of the one store, or of every silo that runs.</summary>
    public IReadOnlyList<ShakyJournal> Journals => _journals;

    public ShakyNetwork Network { get; }

    public ContainerRuntimes Runtimes { get; }

    public SeededCluster Cluster { get; }

    public InvariantSet Invariants { get; }

    public IObjectStore Store => _store;

    public IWatchCache Cache => _cache;

    public IGrainFactory Grains => Cluster.Client;

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>The engines of all nodes, by the node's name.</summary>
    public IReadOnlyDictionary<string, SimulatedRuntime> Engines => _engines;

    /// <summary>Nodes that cannot be reached now.</summary>
    public IEnumerable<string> LostNodes => _engines.Where(engine => engine.Value.IsOut).Select(engine => engine.Key);

    /// <summary>UIDs of pods that a user removes without waiting for their end.</summary>
    public HashSet<string> Forced { get; } = new(StringComparer.Ordinal);

    private ObjectStoreOptions StoreOptions { get; } = new() { Outcomes = TaskCreationOptions.None };

    public Chance ChanceFor(string purpose) => new(_options.Seed, purpose);

    public Task WaitAsync(TimeSpan time) => Task.Delay(time, Clock);

    /// <summary>The store, the silos and the namespaces.</summary>
    public async Task StartAsync()
    {
        await OpenAsync();
        // After the cache: an invariant sees the world as it is since the change.
        _store.Subscribe(Invariants.See);
        for (var i = 0; i < _options.Silos; i++) await StartSiloAsync();
        foreach (var name in Namespaces)
        {
            var ns = new Namespace { Metadata = new() { Name = name } };
            await Grains.Object(KindRegistry.KeyOf(ns)).Create(ns, new WriteOptions(FieldManager: "orc"));
        }
    }

    /// <summary>The machines, until all nodes are ready.</summary>
    public async Task AddNodesAsync()
    {
        for (var i = 1; i <= _options.Nodes; i++) await AddNodeAsync($"node-{i}");
        await UntilAsync(() => _engines.Keys.All(IsReady), TimeSpan.FromMinutes(2), "all nodes are ready");
    }

    /// <summary>The store and its cache alone.</summary>
    public async Task OpenAsync()
    {
        await _store.OpenAsync(CancellationToken.None);
        await _cache.StartAsync();
    }

    /// <summary>One more silo, with a store of its own where each has one.</summary>
    public async Task<SeededSilo> StartSiloAsync()
    {
        if (_log is null) return await Cluster.StartSiloAsync();
        var name = $"journal of store {++_stores}";
        var store = await SiloStore.OpenAsync(
            _log, StoreOptions, journal => Shaky(journal, name), Clock, ChanceFor($"feed of {name}"),
            LoggerFor<ObjectStore>(_logs));
        // The silo is configured before the call first waits.
        _next = store;
        return await Cluster.StartSiloAsync();
    }

    /// <summary>The silo says goodbye, and then its store is closed.</summary>
    public async Task StopSiloAsync(SeededSilo silo)
    {
        var store = silo.Services.GetService<SiloStore>();
        await Cluster.StopSiloAsync(silo);
        await CloseAsync(store);
    }

    /// <summary>The silo is gone at once, and its store writes nothing more.</summary>
    public async Task KillSiloAsync(SeededSilo silo)
    {
        var store = silo.Services.GetService<SiloStore>();
        store?.Journal.Cut();
        await Cluster.KillSiloAsync(silo);
        await CloseAsync(store);
    }

    /// <summary>Ends what runs, so that nothing is left behind.</summary>
    public async Task StopAsync()
    {
        await Cluster.DisposeAsync();
        await Runtimes.DisposeAsync();
    }

    public bool IsReady(string node) => Cache.Find(Node.Kind, "", node)?.Status.Conditions
        .Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Waits until something holds, which must be within a time.</summary>
    public async Task UntilAsync(Func<bool> holds, TimeSpan timeMax, string what)
    {
        var end = Now + timeMax;
        while (!holds())
        {
            if (Now > end) throw new ViolationException("what is awaited comes", $"{what} within {timeMax}");
            await WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }

    public void Dispose()
    {
        Cluster.Abandon();
        _cache.Dispose();
        Log.Dispose();
    }

    private static Logger<T> LoggerFor<T>(ILoggerProvider provider) => new(new OneProvider(provider));

    private async Task CloseAsync(SiloStore? store)
    {
        if (store is null) return;
        _journals.Remove(store.Journal);
        await store.DisposeAsync();
    }

    private ShakyJournal Shaky(IJournal journal, string purpose)
    {
        var shaky = new ShakyJournal(journal, Clock, ChanceFor(purpose), Counters, Log);
        _journals.Add(shaky);
        return shaky;
    }

    private void Configure(ISiloBuilder silo, IIdSource ids, WarningLog logs)
    {
        silo.Services.AddLogging(builder => builder.SetMinimumLevel(LogLevel.Warning).AddProvider(logs));
        if (_next is { } own) silo.Services.AddSingleton(own);
        silo.Services.AddSingleton<IObjectStore>(_next?.Store ?? _store)
            .AddSingleton<IWatchCache>(_next?.Cache ?? _cache).AddSingleton(Runtimes)
            .AddSingleton(ids).AddSingleton<IOutgoingGrainCallFilter>(Network)
            .AddOrchestratorGrains(grains => grains.DataDirectory = "/nowhere");
        silo.AddOrchestratorSilo();
    }

    private async Task AddNodeAsync(string name)
    {
        var endpoint = $"{SimulatedOptions.Scheme}{name}?cpus=4";
        var engine = (SimulatedRuntime)Runtimes.For(name, endpoint);
        engine.Observer = what => Invariants.See(name, what);
        _engines.Add(name, engine);
        var labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name };
        await Grains.GetGrain<INodeGrain>(name).Register(new NodeRegistration(endpoint, "127.0.0.1", labels));
    }

    private sealed class OneProvider(ILoggerProvider provider) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider more) => throw new NotSupportedException("one provider is enough");

        public ILogger CreateLogger(string categoryName) => provider.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
