using System.Diagnostics;
using System.Globalization;
using Orchestrator.Simulations.Faults;
using Orchestrator.Simulations.Invariants;
using Orchestrator.Simulations.Users;

namespace Orchestrator.Simulations;

/// <summary>
/// One run of the whole control plane in virtual time: storms, in which users are busy and things go wrong, and calms,
/// in which all must settle. Invariants are checked at every commit and at every event of an engine.
/// </summary>
public sealed class Simulation : IDisposable
{
    private const int StackBytes = 64 << 20;
    private static readonly TimeSpan StormMin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StormMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromMinutes(10);
    private readonly SimulationOptions _options;
    private readonly SimulatedWorld _world;
    private readonly Settlement _settlement;
    private TimeSpan _longestSettling;

    private Simulation(SimulationOptions options)
    {
        _options = options;
        _world = new SimulatedWorld(options);
        _settlement = new Settlement(_world);
    }

    /// <summary>Runs it to its end, on a thread of its own.</summary>
    public static SimulationResult Run(SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        SimulationResult? result = null;
        // Its own thread: what is awaited must never find itself on one of the pool.
        var thread = new Thread(Run, StackBytes)
        {
            Name = $"simulation of seed {options.Seed}",
        };
        thread.Start();
        thread.Join();
        return result ?? throw new UnreachableException("a simulation always has a result");

        void Run()
        {
            using var simulation = new Simulation(options);
            result = simulation.Run();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _world.Dispose();

    private SimulationResult Run()
    {
        var start = _world.Now;
        (string What, string? Trace)? violation = null;
        try
        {
            _world.Scheduler.Run(RunAsync);
        }
        catch (ViolationException violated)
        {
            violation = (violated.Message, null);
        }
        catch (Exception error)
        {
            // Whatever ends a simulation is a finding; the seed repeats it.
            violation = ($"{error.GetType().Name}: {error.Message}", error.ToString());
        }
        if (violation is { } found) _world.Log.Add("violation", found.What);
        return new()
        {
            Seed = _options.Seed,
            Violation = violation?.What,
            Trace = violation?.Trace,
            VirtualTime = _world.Now - start,
            PlacedPerSecond = _world.Placements.PerSecond,
            Turns = _world.Scheduler.TurnCount,
            Revisions = _world.Store.Revision,
            LongestSettling = _longestSettling,
            Counts = _world.Counters.Ordered(),
            LogHash = _world.Log.HashSoFar(),
            LastLines = _world.Log.LastLines,
        };
    }

    private async Task RunAsync()
    {
        var start = _world.Now;
        var end = start + _options.Duration;
        var chance = _world.ChanceFor("weather");
        using var faults = new FaultDriver(_world, _options.Faults, _options.Silos);
        var users = new RandomUsers(_world, _options.RequestGap);
        var claiming = new ClaimUsers(_world, _options.Seed, _options.RequestGap * 2);
        await _world.StartAsync();
        if (_options.NodesAfter == TimeSpan.Zero) await _world.AddNodesAsync();
        await faults.HealAsync();
        if (_options.Objects is null) await claiming.PrepareAsync();
        if (_options.Objects is { } objects) await new ManifestUser(_world).ApplyAsync(objects);
        if (_options.NodesAfter > TimeSpan.Zero)
        {
            await _world.WaitAsync(_options.NodesAfter);
            await _world.AddNodesAsync();
        }
        var progress = ReportAsync(start, end);
        while (_world.Now < end)
        {
            var stormEnd = _world.Now + chance.Between(StormMin, StormMax);
            if (stormEnd > end) stormEnd = end;
            var busy = _options.Objects is null ? users.RunAsync(stormEnd) : Task.CompletedTask;
            var storm = faults.RunAsync(stormEnd);
            var storing = _options.Objects is null ? claiming.RunAsync(stormEnd) : Task.CompletedTask;
            await Task.WhenAll(busy, storing, storm);
            if (_world.Now < stormEnd) await _world.WaitAsync(stormEnd - _world.Now);
            await faults.HealAsync();
            await SettleAsync();
        }
        await progress;
        await _world.StopAsync();
    }

    private async Task SettleAsync()
    {
        var start = _world.Now;
        while (_settlement.Unsettled() is { } why)
        {
            if (_world.Now - start > _options.SettleTimeMax)
            {
                throw new ViolationException(
                    "all settles when faults have stopped", $"after {_world.Now - start} {why}");
            }
            await _world.WaitAsync(TimeSpan.FromSeconds(1));
        }
        _world.Invariants.SeeSettled();
        var took = _world.Now - start;
        if (took > _longestSettling) _longestSettling = took;
        _world.Counters.Add("settlings");
        _world.Log.Add("settled", $"after {took}");
    }

    private async Task ReportAsync(DateTimeOffset start, DateTimeOffset end)
    {
        if (_options.Progress is not { } progress) return;
        for (var next = start + ProgressPeriod; next <= end; next += ProgressPeriod)
        {
            if (_world.Now < next) await _world.WaitAsync(next - _world.Now);
            progress(string.Create(CultureInfo.InvariantCulture,
                $"{next - start:hh\\:mm}  revision {_world.Store.Revision}, {_world.Scheduler.TurnCount} turns"));
        }
    }
}
