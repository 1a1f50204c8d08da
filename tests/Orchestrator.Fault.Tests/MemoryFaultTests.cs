using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Loads;
using Orchestrator.Fault.Tests.Memory;
using Orchestrator.Grains;
using Orchestrator.Storage;
using Orchestrator.Storage.Tests;
using Xunit.Abstractions;

namespace Orchestrator.Fault.Tests;

/// <summary>
/// Silos of this process, each with a store of its own: killed, and cut off from the journal, while many write. The
/// same clients and the same judge as for real processes; on either engine.
/// </summary>
public sealed class MemoryFaultTests(ITestOutputHelper output)
{
    private const int Nodes = 2, Replicas = 3, Writers = 3;
    private static readonly TimeSpan ServedPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SettlePatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RollPause = TimeSpan.FromSeconds(2);

    [Fact]
    public Task Over_a_log_in_memory_nothing_is_lost_and_the_stale_do_not_write() => RunAsync(
        isPostgres: false, FaultKind.KillSilo, FaultKind.FreezeStore, FaultKind.FreezeStore);

    [SkippableFact]
    public async Task Over_a_database_that_restarts_nothing_is_lost_and_the_stale_do_not_write()
    {
        Skip.IfNot(PostgresServer.IsInstalled, PostgresServer.WhyNot);
        await RunAsync(isPostgres: true, FaultKind.RestartDatabase, FaultKind.FreezeStore, FaultKind.KillDatabase);
    }

    private async Task RunAsync(bool isPostgres, params FaultKind[] kinds)
    {
        foreach (var seed in Rounds.Seeds)
        {
            Say($"round with FAULT_SEED={seed}");
            await using var cluster = await SiloCluster.StartAsync(isPostgres, Nodes);
            await using var load = new Load(cluster.Doors);
            await load.StartAsync(seed, Writers, cluster.HastyDoors);
            using var ending = new CancellationTokenSource();
            var rolling = RollAsync(cluster, ending.Token);
            List<Happened> happened;
            try
            {
                happened = await FaultsAsync(cluster, load, FaultSchedule.Of(seed, SiloCluster.SilosCount, kinds));
            }
            finally
            {
                await ending.CancelAsync();
                await rolling;
            }
            var result = RoundResult.Of(load, await load.EndAsync(), happened);
            Say(result.Report);
            result.Demand(() => load.Troubles);
            await SettledAsync(cluster).WaitAsync(SettlePatience * 2);
        }
    }

    private async Task<List<Happened>> FaultsAsync(SiloCluster cluster, Load load, IReadOnlyList<FaultStep> faults)
    {
        var happened = new List<Happened>();
        foreach (var fault in faults)
        {
            Say($"{fault}");
            var from = Clock.Now;
            await cluster.DoAsync(fault).WaitAsync(ServedPatience);
            await Task.Delay(fault.Rest);
            await load.ServedAsync(ServedPatience);
            happened.Add(new(fault, from, Clock.Now));
        }
        return happened;
    }

    // Each change goes through another silo, and is asked for again when its answer is lost.
    private static async Task RollAsync(SiloCluster cluster, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(RollPause);
        try
        {
            for (var version = 0; await timer.WaitForNextTickAsync(cancellation); version++)
            {
                var wanted = Rolling(version);
                var slot = cluster.Slots[version % cluster.Slots.Count];
                await Eventually.TrueAsync(() => SentAsync(slot, wanted), ServedPatience);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private static async Task<bool> SentAsync(SiloSlot slot, Deployment wanted)
    {
        if (slot.Grains is not { } grains) return false;
        var grain = grains.Object(Deployment.Kind.KeyOf(GrainDoor.Namespace, wanted.Metadata.Name!));
        try
        {
            await grain.Update(wanted, "", new WriteOptions()).WaitAsync(ServedPatience);
            return true;
        }
        catch (Api.Meta.ApiException missing) when (missing.Reason == "NotFound")
        {
            await grain.Create(wanted, new WriteOptions()).WaitAsync(ServedPatience);
            return true;
        }
        catch (Exception trouble) when (trouble is not Api.Meta.ApiException { Code: < 500 })
        {
            // The silo died, or the store does not answer: it is asked for again.
            return false;
        }
    }

    private static Task SettledAsync(SiloCluster cluster) => Eventually.RightAsync(async () =>
    {
        var cache = cluster.Slots[0].Store!.Cache;
        await cluster.Slots[0].Store!.Store.CatchUpAsync();
        var deployment = cache.Find(Deployment.Kind, GrainDoor.Namespace, "rolling")!;
        var status = deployment.Status;
        var isRolled = status.ObservedGeneration == deployment.Metadata.Generation && status.Replicas == Replicas
            && status.UpdatedReplicas == Replicas && status.AvailableReplicas == Replicas;
        if (!isRolled) return $"it is not rolled out at generation {deployment.Metadata.Generation}: {status}";
        var pods = cache.All(Pod.Kind, GrainDoor.Namespace).ToList();
        var restarted = pods.Where(pod => pod.Status.ContainerStatuses.Any(container => container.RestartCount > 0))
            .Select(pod => pod.Metadata.Name).ToList();
        if (restarted.Count > 0) Assert.Fail($"restarted: {string.Join(", ", restarted)}");
        var running = 0;
        for (var node = 1; node <= Nodes; node++) running += (await cluster.Engine(node).ListAsync(default)).Count;
        return running == 2 * Replicas ? null : $"the engines have {running} containers for {pods.Count} pods";
    }, SettlePatience);

    private void Say(string what)
    {
        Console.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {what}");
        output.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {what}");
    }

    private static Deployment Rolling(int version)
    {
        var labels = new Dictionary<string, string> { ["app"] = "rolling" };
        return new()
        {
            Metadata = new() { Name = "rolling", Namespace = GrainDoor.Namespace },
            Spec = new()
            {
                Replicas = Replicas,
                Selector = new() { MatchLabels = labels },
                Template = new()
                {
                    Metadata = new() { Labels = labels },
                    Spec = new()
                    {
                        TerminationGracePeriodSeconds = 1,
                        Containers = [new() { Name = "main", Image = $"test/v{version}:1" }],
                    },
                },
            },
        };
    }
}
