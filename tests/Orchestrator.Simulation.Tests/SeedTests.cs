using System.Collections.Concurrent;
using Orchestrator.Simulations.Faults;
using Xunit.Abstractions;

namespace Orchestrator.Simulations.Tests;

/// <summary>
/// Many seeds, each a small cluster with users and faults. What a seed finds is repeated by its command line.
/// </summary>
public sealed class SeedTests(ITestOutputHelper output)
{
    private const int SeedsMax = 1_000;
    private const int HandfulSeeds = 100;
    private const int QuietSeedsMax = 40;
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan HandfulTimeMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan QuietTimeMax = TimeSpan.FromSeconds(30);

    // What one handful leaves of its time is for those after it.
    private static TimeSpan _timeLeft = TimeMax;
    private static int _handfulsLeft = SeedsMax / HandfulSeeds;

    public static TheoryData<int> Handfuls =>
        new(Enumerable.Range(0, SeedsMax / HandfulSeeds).Select(handful => 1 + handful * HandfulSeeds));

    // By the handful, so that whoever waits sees it move.
    [Theory]
    [MemberData(nameof(Handfuls))]
    public void No_seed_breaks_an_invariant(int first)
    {
        var began = TimeProvider.System.GetTimestamp();
        _handfulsLeft--;
        var rest = _timeLeft - HandfulTimeMin * _handfulsLeft;
        Hold(Seeds.From(first, HandfulSeeds), rest > HandfulTimeMin ? rest : HandfulTimeMin);
        _timeLeft -= TimeProvider.System.GetElapsedTime(began);
    }

    [Fact]
    public void Without_faults_rollouts_keep_their_promise_too() =>
        Hold(Seeds.From(1, QuietSeedsMax).Select(options => options with { Faults = FaultOptions.None }), QuietTimeMax);

    // A lost nudge costs at most a sweep: nothing else goes wrong here, so that nothing else excuses a delay.
    [Fact]
    public void A_lost_nudge_delays_nothing_longer_than_two_sweeps() =>
        Hold(Seeds.From(1, QuietSeedsMax).Select(options => options with
        {
            Faults = FaultOptions.All with { Kinds = [FaultKind.NudgesLost] },
            SettleTimeMax = TimeSpan.FromMinutes(2) + Slack,
        }), QuietTimeMax);

    // Pulls, starts and graceful stops of what is still under way.
    private static TimeSpan Slack => TimeSpan.FromMinutes(2);

    private void Hold(IEnumerable<SimulationOptions> all, TimeSpan timeMax)
    {
        var began = TimeProvider.System.GetTimestamp();
        var failures = new ConcurrentBag<string>();
        var (run, perSilo, virtualMinutes) = (0, 0, 0.0);
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(all, threads, (options, state) =>
        {
            var result = Simulation.Run(options);
            lock (failures)
            {
                run++;
                if (options.Stores == StoreLayout.PerSilo) perSilo++;
                virtualMinutes += result.VirtualTime.TotalMinutes;
            }
            if (result.Violation is { } violation)
            {
                var last = string.Join('\n', result.LastLines.TakeLast(15));
                failures.Add($"{Seeds.CommandOf(options)}\n{violation}\n{last}");
            }
            // A machine that is busy with other things proves less, but what it proves it proves.
            if (TimeProvider.System.GetElapsedTime(began) > timeMax || failures.Count > 3) state.Stop();
        });
        output.WriteLine($"{run} seeds, {perSilo} of them with a store per silo, {virtualMinutes:0} virtual minutes, "
            + $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
        Assert.True(run > 0, "no seed was run");
    }
}
