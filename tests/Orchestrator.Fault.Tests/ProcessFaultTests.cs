using Orchestrator.Fault.Tests.Containers;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Loads;
using Orchestrator.Fault.Tests.Processes;
using Orchestrator.Storage.Tests;
using Xunit.Abstractions;

namespace Orchestrator.Fault.Tests;

/// <summary>
/// Three processes, a database and two engines on machines of their own: killed, halted and cut while many write.
/// <c>FAULT_SEED</c> and <c>FAULT_ROUNDS</c> choose what happens and how often.
/// </summary>
public sealed class ProcessFaultTests(ITestOutputHelper output)
{
    private const int Writers = 4;
    private static readonly TimeSpan ServedPatience = TimeSpan.FromSeconds(60);

    private static readonly FaultKind[] Kinds =
    [
        FaultKind.KillSilo, FaultKind.KillSilo, FaultKind.KillSilo, FaultKind.KillTwoSilos, FaultKind.PauseBriefly,
        FaultKind.PauseLong, FaultKind.CutSilos, FaultKind.RestartDatabase, FaultKind.KillDatabase,
    ];

    [SkippableFact]
    public async Task Whatever_dies_nothing_acknowledged_is_lost_and_nothing_healthy_is_restarted()
    {
        Skip.If(NetworkTests.WhyNot is not null, NetworkTests.WhyNot);
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        foreach (var seed in Rounds.Seeds)
        {
            await using var cluster = await ProcessCluster.StartAsync();
            await using var load = new Load(cluster.Doors);
            try
            {
                await RoundAsync(cluster, load, seed);
            }
            catch
            {
                Say($"the logs of the silos are kept in {cluster.KeepLogs(seed, load.Lines)}");
                throw;
            }
        }
    }

    private async Task RoundAsync(ProcessCluster cluster, Load load, int seed)
    {
        Say($"round with FAULT_SEED={seed}");
        var workloads = new Workloads(cluster);
        await workloads.StartAsync();
        await load.StartAsync(seed, Writers, cluster.HastyDoors);
        using var ending = new CancellationTokenSource();
        var rolling = workloads.RollAsync(ending.Token);
        List<Happened> happened;
        try
        {
            happened = await FaultsAsync(cluster, load, FaultSchedule.Of(seed, ProcessCluster.SilosCount, Kinds));
        }
        finally
        {
            await ending.CancelAsync();
            await rolling;
        }
        var result = RoundResult.Of(load, await load.EndAsync(), happened);
        Say($"{workloads.Changes} rollouts, {result.Report}");
        result.Demand(() => load.Troubles);
        await workloads.SettledAsync();
        var found = ContainerChecker.Check(cluster.Events);
        Assert.True(found.Count == 0, string.Join('\n', found));
        await workloads.StandAsBeforeAsync();
    }

    private async Task<List<Happened>> FaultsAsync(
        ProcessCluster cluster, Load load, IReadOnlyList<FaultStep> faults)
    {
        var happened = new List<Happened>();
        foreach (var fault in faults)
        {
            Say($"{fault}");
            var (starts, active) = (cluster.Silos.Sum(silo => silo.Starts), cluster.ActiveOn(fault.Victim));
            var from = Clock.Now;
            await cluster.DoAsync(fault);
            await Task.Delay(fault.Rest);
            await cluster.ReadyAsync();
            await load.ServedAsync(ServedPatience);
            happened.Add(new(fault, from, Clock.Now));
            if (fault.Kind != FaultKind.PauseBriefly) continue;
            Assert.Equal(starts, cluster.Silos.Sum(silo => silo.Starts));
            Assert.Equal(active, cluster.ActiveOn(fault.Victim));
        }
        return happened;
    }

    private void Say(string what)
    {
        // Also while it runs, for a loop of many rounds is long.
        Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {what}");
        output.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {what}");
    }
}
