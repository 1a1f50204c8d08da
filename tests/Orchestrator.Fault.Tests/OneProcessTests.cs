using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Histories;
using Orchestrator.Fault.Tests.Loads;
using Orchestrator.Fault.Tests.Pauses;
using Orchestrator.Fault.Tests.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Fault.Tests;

/// <summary>One process that is the whole cluster is killed and halted while many write; on either engine.</summary>
public sealed class OneProcessTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8), PauseMax = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Killed_and_halted_it_loses_nothing_and_tells_everybody_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("orc-fault-").FullName;
        var address = new IPEndPoint(IPAddress.Loopback, SiloProcess.FreePort());
        await using (var silo = new SiloProcess("silo-0", folder, address, [],
            ["serve", "--listen", $"{address}", "--docker", "none"]))
        {
            silo.Start();
            await silo.ReadyAsync();
            using var door = silo.Door(Patience);
            var made = await door.SendAsync(HttpMethod.Post, "/api/v1/namespaces",
                new JsonObject { ["metadata"] = new JsonObject { ["name"] = HttpDoor.Namespace } });
            Assert.True(made.Code == 201, $"{made}");
            await RunAsync(silo, door, FaultSchedule.Of(
                7, 2, FaultKind.KillSilo, FaultKind.PauseBriefly, FaultKind.KillSilo));
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task RunAsync(SiloProcess silo, HttpDoor door, IReadOnlyList<FaultStep> faults)
    {
        await using var load = new Load([door]);
        await load.StartAsync(7, writers: 4, [door]);
        var happened = new List<Happened>();
        foreach (var fault in faults)
        {
            output.WriteLine($"{fault}");
            var from = Clock.Now;
            if (fault.Kind == FaultKind.KillSilo) silo.Kill();
            else silo.Pause();
            await Task.Delay(fault.Lasts);
            silo.Continue();
            await Task.Delay(fault.Rest);
            happened.Add(new(fault, from, Clock.Now));
            // The next one is to strike a process that is there, however long a start takes.
            await silo.ReadyAsync();
        }
        var history = await load.EndAsync();
        output.WriteLine($"{load.Calls} calls: {load.Summary()}");
        var pauses = PauseMeter.Of(
            happened, load.Probers.ToDictionary(prober => prober.Name, prober => prober.Answered),
            (_, _) => false, ticks => Clock.Between(0, ticks));
        output.WriteLine(PauseMeter.Table(pauses, "any"));
        var found = HistoryChecker.Check(history);
        Assert.True(found.Count == 0,
            $"{found.Count}:\n{string.Join('\n', found.Take(20))}\n{load.Troubles}\n{silo.LogTail()}");
        Assert.True(pauses.All(pause => pause.Longest < PauseMax), PauseMeter.Table(pauses, "any"));
        Assert.Equal(3, silo.Starts);
    }
}
