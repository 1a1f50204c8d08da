using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using Orchestrator.Fault.Tests.Containers;
using Orchestrator.Fault.Tests.Processes;

namespace Orchestrator.Fault.Tests;

/// <summary>What the fault tests stand on does what they think it does.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("of-").FullName;

    /// <summary>Why there are no machines of our own here; null when there are.</summary>
    public static string? WhyNot =>
        !Environment.IsPrivilegedProcess ? "networks of one's own need root"
        : Array.Find(["ip", "nsenter", "unshare", "dockerd"], program => !Ran.IsThere(program)) is { } missing
            ? $"the program {missing} is missing" : null;

    [SkippableFact]
    public async Task A_cut_is_silence_between_two_machines_and_between_no_others()
    {
        Skip.If(WhyNot is not null, WhyNot);
        using var network = await Network.CreateAsync(3, Path.Combine(_folder, "log"));
        await ReachesAsync(network, "oo oo oo oo");
        await network.CutAsync(0, 1);
        await ReachesAsync(network, "-- oo oo oo");
        await network.HealAsync(0, 1);
        await ReachesAsync(network, "oo oo oo oo");
    }

    [SkippableFact]
    public async Task An_engine_of_our_own_runs_a_container_and_tells_of_it()
    {
        Skip.If(WhyNot is not null, WhyNot);
        using var network = await Network.CreateAsync(1, Path.Combine(_folder, "log"));
        var events = new ConcurrentQueue<ContainerEvent>();
        await using var engine = await DockerEngine.StartAsync(
            "engine-0", Path.Combine(_folder, "e0"), network.Enter(0), "10.215.1.1/24", events);
        await Ran.OkAsync("docker", "-H", engine.Endpoint, "run", "-d", "--name", "k8s_main_a_b_c_0",
            "orc-sample/busybox:1", "sleep", "60");
        Assert.Equal(["k8s_main_a_b_c_0"], (await engine.RunningAsync()).Keys);
        Assert.True(await Faults.Eventually.TrueAsync(
            () => events.Any(told => told is { Action: "start", Name: "k8s_main_a_b_c_0" }), TimeSpan.FromSeconds(30)));
        Assert.Empty(ContainerChecker.Check(events));
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A busy machine answers a ping late now and then; a cut or a way is there for good.
    private static async Task ReachesAsync(Network network, string expected)
    {
        var seen = new List<string>();
        do seen.Add(await ReachAsync(network));
        while (seen[^1] != expected && seen.Count < 20);
        Assert.True(seen[^1] == expected, $"expected {expected}, seen {string.Join(", ", seen)}");
    }

    // 0 and 1, 0 and 2, 1 and 2, this process and 0: each way.
    private static async Task<string> ReachAsync(Network network)
    {
        var pairs = new (int, int)[] { (0, 1), (0, 2), (1, 2), (-1, 0) };
        var reached = await Task.WhenAll(pairs.Select(async pair =>
            $"{await PingAsync(network, pair.Item1, pair.Item2)}{await PingAsync(network, pair.Item2, pair.Item1)}"));
        return string.Join(' ', reached);
    }

    private static async Task<char> PingAsync(Network network, int from, int to)
    {
        IPAddress AddressOf(int machine) => machine < 0 ? network.Own : network.AddressOf(machine);
        if (from < 0)
        {
            using var ping = new Ping();
            var reply = await ping.SendPingAsync(AddressOf(to), TimeSpan.FromSeconds(1));
            return reply.Status == IPStatus.Success ? 'o' : '-';
        }
        var said = await Ran.OkAsync([.. network.Enter(from), "bash", "-c",
            $"timeout 1 bash -c 'exec 3<>/dev/tcp/{AddressOf(to)}/9' 2>&1; echo $?"]);
        // A refusal comes from the other end; silence is cut off by timeout(1), which ends with 124.
        return said.Trim().EndsWith("124", StringComparison.Ordinal) ? '-' : 'o';
    }
}
