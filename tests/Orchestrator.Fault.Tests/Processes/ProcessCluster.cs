using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Orchestrator.Fault.Tests.Containers;
using Orchestrator.Fault.Tests.Faults;
using Orchestrator.Fault.Tests.Loads;
using Orchestrator.Storage.Tests;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>
/// A cluster as it stands in a machine room: three machines with a silo each, two of them with a Docker engine, and a
/// database. All of it is ours, and all of it ends with this.
/// </summary>
internal sealed class ProcessCluster : IAsyncDisposable
{
    /// <summary>How many silos there are.</summary>
    public const int SilosCount = 3;

    private const int EnginesCount = 2, ApiPort = 6443, SiloPort = 11111, ActiveStatus = 3;
    private static readonly TimeSpan WriterPatience = TimeSpan.FromSeconds(10), HastyPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MemberPatience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("of-").FullName;
    private readonly List<SiloProcess> _silos = [];
    private readonly List<DockerEngine> _engines = [];
    private readonly ConcurrentQueue<ContainerEvent> _events = new();
    private Network _network = null!;
    private PostgresServer _database = null!;
    private string _name = "";

    /// <summary>The silos, machine by machine.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>The engines of the first machines.</summary>
    public IReadOnlyList<DockerEngine> Engines => _engines;

    /// <summary>What the engines did so far.</summary>
    public IReadOnlyCollection<ContainerEvent> Events => _events;

    /// <summary>A patient client of every silo.</summary>
    public IReadOnlyList<HttpDoor> Doors { get; private set; } = [];

    /// <summary>A client of every silo that gives up soon, to try the next.</summary>
    public IReadOnlyList<HttpDoor> HastyDoors { get; private set; } = [];

    /// <summary>Starts everything and waits until every silo is ready.</summary>
    public static async Task<ProcessCluster> StartAsync()
    {
        var cluster = new ProcessCluster();
        try
        {
            await cluster.BeginAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a fault and ends it. What was killed is started again by its supervisor.</summary>
    public async Task DoAsync(FaultStep fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.KillSilo:
                _silos[fault.Victim].Kill();
                break;
            case FaultKind.KillTwoSilos:
                _silos[fault.Victim].Kill();
                _silos[fault.Other].Kill();
                break;
            case FaultKind.PauseBriefly:
            case FaultKind.PauseLong:
                _silos[fault.Victim].Pause();
                await Task.Delay(fault.Lasts);
                _silos[fault.Victim].Continue();
                break;
            case FaultKind.CutSilos:
                await _network.CutAsync(fault.Victim, fault.Other);
                await Task.Delay(fault.Lasts);
                await _network.HealAsync(fault.Victim, fault.Other);
                break;
            case FaultKind.RestartDatabase:
                await Task.Run(_database.Restart);
                break;
            default:
                await Task.Run(_database.Kill);
                await Task.Run(_database.Start);
                break;
        }
    }

    /// <summary>Waits until every silo is a member again and says that it is ready.</summary>
    public Task ReadyAsync() => Task.WhenAll(_silos.Select(async (silo, machine) =>
    {
        // Who was halted for long says that it is ready until it knows that it is dead.
        await Eventually.RightAsync(
            () => Task.FromResult(ActiveOn(machine).Length > 0 ? null : $"{silo.Name} is no member"), MemberPatience);
        await silo.ReadyAsync();
    }));

    /// <summary>The incarnations of a machine's silo that the membership holds for active.</summary>
    public string ActiveOn(int machine) => _database.Query(_name,
        $"SELECT address || ':' || port || '@' || generation FROM orleans.silo WHERE status = {ActiveStatus} "
        + $"AND address = '{_network.AddressOf(machine)}' ORDER BY generation");

    /// <summary>An API request through whichever silo answers first.</summary>
    public async Task<JsonNode> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, string type = "application/json")
    {
        (int Code, JsonNode? Body) answer = default;
        var turn = 0;
        var isTaken = await Eventually.TrueAsync(async () =>
        {
            answer = await HastyDoors[turn++ % HastyDoors.Count].SendAsync(method, path, body, type);
            // When the answer to a first try was lost, the second finds it done.
            return answer.Code is (>= 200 and < 300) or 409 or 404;
        }, WriterPatience * 6);
        Assert.True(isTaken && answer.Code != 404, $"{method} {path}: {answer}");
        return answer.Body!;
    }

    /// <summary>Every running container by engine and name: its id and since when it runs.</summary>
    public async Task<SortedDictionary<string, string>> RunningAsync()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var engine in _engines)
        {
            foreach (var (name, since) in await engine.RunningAsync()) all[$"{engine.Name}/{name}"] = since;
        }
        return all;
    }

    /// <summary>Copies what the silos printed, and what the clients did, to a folder that stays.</summary>
    public string KeepLogs(int seed, IEnumerable<string> calls)
    {
        var kept = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"orc-fault-logs-{seed}")).FullName;
        foreach (var silo in _silos) File.WriteAllText(Path.Combine(kept, $"{silo.Name}.log"), silo.Log);
        File.WriteAllLines(Path.Combine(kept, "calls.log"), calls);
        return kept;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var door in Doors.Concat(HastyDoors)) door.Dispose();
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        await Task.WhenAll(_engines.Select(engine => engine.DisposeAsync().AsTask()));
        _database?.Dispose();
        _network?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task BeginAsync()
    {
        _network = await Network.CreateAsync(SilosCount, Path.Combine(_folder, "network.log"));
        var serving = Task.Run(() => _database = new PostgresServer(beside: _network.Own));
        for (var i = 0; i < EnginesCount; i++)
        {
            _engines.Add(await DockerEngine.StartAsync(
                $"engine-{i}", Path.Combine(_folder, $"e{i}"), _network.Enter(i), $"10.215.{i + 1}.1/24", _events));
        }
        await serving;
        var database = _database.CreateDatabase();
        _name = new Uri(database).AbsolutePath.Trim('/');
        for (var i = 0; i < SilosCount; i++) _silos.Add(SiloOn(i, database.Replace("127.0.0.1", $"{_network.Own}")));
        foreach (var silo in _silos) silo.Start();
        await Task.WhenAll(_silos.Select(silo => silo.ReadyAsync()));
        Doors = [.. _silos.Select(silo => silo.Door(WriterPatience))];
        HastyDoors = [.. _silos.Select(silo => silo.Door(HastyPatience))];
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces",
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = HttpDoor.Namespace } });
    }

    private SiloProcess SiloOn(int machine, string database)
    {
        var address = new IPEndPoint(_network.AddressOf(machine), ApiPort);
        return new SiloProcess(
            $"silo-{machine}", _folder, address, [.. _network.Enter(machine), "env", $"ORC_CLUSTER={database}"],
            ["serve", "--listen", $"{address}", "--silo-address", $"{address.Address}", "--silo-port", $"{SiloPort}",
                "--machine", $"m{machine}", "--docker", machine < EnginesCount ? _engines[machine].Endpoint : "none"]);
    }
}
