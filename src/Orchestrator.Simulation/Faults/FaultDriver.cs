using Orchestrator.Nodes;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Simulations.Faults;

/// <summary>Makes things go wrong during a storm, and well again after it.</summary>
internal sealed class FaultDriver(SimulatedWorld world, FaultOptions options, int silosWanted) : IDisposable
{
    private readonly Chance _chance = world.ChanceFor("faults");
    private readonly EngineFaults _engines = new(world);
    private readonly List<Task> _running = [];
    private CancellationTokenSource _calm = new();
    private bool _isNodeGone;

    /// <summary>One fault after the other until the storm ends; those that last go on beside each other.</summary>
    public async Task RunAsync(DateTimeOffset end)
    {
        if (options.Kinds.Count == 0) return;
        if (options.Has(FaultKind.ContainerVariation)) _engines.Vary(FailingVariation());
        while (world.Now < end)
        {
            await world.WaitAsync(_chance.Around(options.Gap));
            if (world.Now >= end) return;
            var kind = _chance.Of(options.Kinds);
            if (FaultOf(kind) is not { } fault) continue;
            world.Counters.Add($"fault: {kind}");
            world.Log.Add("fault", $"{kind} begins");
            _running.RemoveAll(one => one.IsCompleted);
            _running.Add(LastAsync(kind, fault));
        }
    }

    /// <summary>Ends every fault but the loss of a node for ever.</summary>
    public async Task HealAsync()
    {
        _calm.Cancel();
        await Task.WhenAll(_running);
        _running.Clear();
        _calm.Dispose();
        _calm = new();
        _engines.Vary(CalmVariation);
        while (world.Cluster.Silos.Count < silosWanted) await world.StartSiloAsync();
        world.Log.Add("fault", "all is well");
    }

    /// <inheritdoc />
    public void Dispose() => _calm.Dispose();

    /// <summary>Engines of varying speed, where nothing fails.</summary>
    public static SimulatedVariation CalmVariation { get; } = new()
    {
        PullTimeMax = TimeSpan.FromSeconds(5),
        CreateTimeMax = TimeSpan.FromMilliseconds(50),
        StartTimeMax = TimeSpan.FromMilliseconds(500),
        StopTimeMax = TimeSpan.FromSeconds(2),
    };

    private static SimulatedVariation FailingVariation() => CalmVariation with
    {
        PullTimeMax = TimeSpan.FromSeconds(30),
        PullRefusals = 0.1,
        StartTimeMax = TimeSpan.FromSeconds(3),
        StartRefusals = 0.05,
        Crashes = 0.15,
        OutOfMemory = 0.5,
        RunTimeMax = TimeSpan.FromSeconds(60),
        StopTimeMax = TimeSpan.FromSeconds(20),
    };

    private async Task LastAsync(FaultKind kind, Func<Task> fault)
    {
        await fault();
        world.Log.Add("fault", $"{kind} is over");
    }

    // Null when there is nothing to break.
    private Func<Task>? FaultOf(FaultKind kind) => kind switch
    {
        FaultKind.ContainerCrash => OnContainer((engine, id) => engine.Crash(id, _chance.Between(1, 3))),
        FaultKind.ContainerOutOfMemory => OnContainer((engine, id) => engine.Crash(id, 137, isOutOfMemory: true)),
        FaultKind.ContainerLost => OnContainer((engine, id) => engine.Lose(id)),
        FaultKind.ContainerStuck => Stick(),
        FaultKind.EngineRestart => Break(engine => engine.BreakEngine("the simulated engine restarts"),
            TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20)),
        FaultKind.MachineReboot => Break(Reboot, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1)),
        FaultKind.NodeLost => Break(engine => engine.BreakEngine("the simulated machine cannot be reached"),
            TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(8)),
        FaultKind.NodeLostForEver => LoseForEver(),
        FaultKind.SiloKilled => () => EndSiloAsync(isKilled: true),
        FaultKind.SiloStopped => () => EndSiloAsync(isKilled: false),
        FaultKind.SiloJoined => JoinAsync,
        FaultKind.StoreRefuses => () => ShakeAsync(1, 0, TimeSpan.Zero, TimeSpan.FromSeconds(15)),
        FaultKind.StoreUncertain => () => ShakeAsync(0, 0.3, TimeSpan.Zero, TimeSpan.FromSeconds(60)),
        FaultKind.StoreSlow => () => ShakeAsync(0, 0, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60)),
        FaultKind.CallsDelayed => DelayAsync,
        FaultKind.NudgesLost => LoseNudgesAsync,
        _ => null,
    };

    private Func<Task>? OnContainer(Action<SimulatedRuntime, string> act)
    {
        if (_engines.AnyContainer(_chance) is not { } found) return null;
        return () =>
        {
            world.Log.Add("fault", $"on {found.Node}: {found.Container.Name}");
            act(found.Engine, found.Container.Id);
            return Task.CompletedTask;
        };
    }

    private Func<Task>? Stick()
    {
        if (_engines.AnyContainer(_chance) is not { } found) return null;
        return async () =>
        {
            found.Engine.Stick(found.Container.Id);
            await LastAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(90));
            if (found.Engine.Snapshots().Any(container => container.Id == found.Container.Id))
            {
                found.Engine.Stick(found.Container.Id, isStuck: false);
            }
        };
    }

    private static void Reboot(SimulatedRuntime engine)
    {
        engine.Reboot();
        engine.BreakEngine("the simulated machine is starting");
    }

    private Func<Task>? Break(Action<SimulatedRuntime> act, TimeSpan timeMin, TimeSpan timeMax)
    {
        if (_engines.AnyNode(_chance) is not { } found) return null;
        return async () =>
        {
            world.Log.Add("fault", $"on {found.Node}");
            act(found.Engine);
            // What ends while nobody is told must be found out later.
            for (var i = _chance.Below(3); i > 0; i--) EngineFaults.CrashAny(found.Engine, _chance);
            await LastAsync(timeMin, timeMax);
            found.Engine.RepairEngine();
        };
    }

    private Func<Task>? LoseForEver()
    {
        if (_isNodeGone || world.Engines.Count < 3 || _engines.AnyNode(_chance) is not { } found) return null;
        return () =>
        {
            _isNodeGone = true;
            world.Log.Add("fault", $"on {found.Node}");
            found.Engine.BreakEngine("the simulated machine is gone");
            return Task.CompletedTask;
        };
    }

    private async Task EndSiloAsync(bool isKilled)
    {
        if (world.Cluster.Silos.Count == 0) return;
        var silo = _chance.Of(world.Cluster.Silos);
        world.Log.Add("fault", $"{silo.Name} of {world.Cluster.Silos.Count}");
        if (isKilled) await world.KillSiloAsync(silo);
        else await world.StopSiloAsync(silo);
        await LastAsync(TimeSpan.Zero, TimeSpan.FromSeconds(40));
        if (world.Cluster.Silos.Count < silosWanted) await world.StartSiloAsync();
    }

    private async Task JoinAsync()
    {
        var silo = await world.StartSiloAsync();
        await LastAsync(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3));
        // Another fault may have ended it meanwhile.
        if (world.Cluster.Silos.Contains(silo) && world.Cluster.Silos.Count > silosWanted)
            await world.StopSiloAsync(silo);
    }

    private async Task ShakeAsync(double refusals, double lostAnswers, TimeSpan slow, TimeSpan timeMax)
    {
        var all = world.Journals;
        // The database itself, or one silo's way to it.
        IReadOnlyList<ShakyJournal> shaken = all.Count < 2 || _chance.Hits(0.5) ? [.. all] : [_chance.Of(all)];
        Shake(shaken, refusals, lostAnswers, slow);
        await LastAsync(TimeSpan.FromMilliseconds(200), timeMax);
        Shake(shaken, 0, 0, TimeSpan.Zero);
    }

    private static void Shake(
        IReadOnlyList<ShakyJournal> journals, double refusals, double lostAnswers, TimeSpan slow)
    {
        foreach (var journal in journals)
        {
            (journal.Refusals, journal.LostAnswers, journal.TimeMax) = (refusals, lostAnswers, slow);
        }
    }

    private async Task DelayAsync()
    {
        var network = world.Network;
        (network.Delays, network.Delay) = (0.5, _chance.Between(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(2)));
        await LastAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        (network.Delays, network.Delay) = (0, TimeSpan.FromMilliseconds(2));
    }

    private async Task LoseNudgesAsync()
    {
        world.Network.Losses = _chance.Of([0.1, 0.5, 1.0]);
        await LastAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
        world.Network.Losses = 0;
    }

    // Waits for a while, or until the storm is over.
    private async Task LastAsync(TimeSpan timeMin, TimeSpan timeMax)
    {
        try
        {
            await Task.Delay(_chance.Between(timeMin, timeMax), world.Clock, _calm.Token);
        }
        catch (OperationCanceledException)
        {
            world.Log.Add("fault", "the calm comes");
        }
    }
}
