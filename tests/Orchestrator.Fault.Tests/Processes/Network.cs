using System.Diagnostics;
using System.Net;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>
/// Machines on one switch, each a network namespace, and this process on it as well. The switch is in a namespace of
/// its own, where no filter of this machine looks at what passes.
/// </summary>
internal sealed class Network : IDisposable
{
    // Frames to nobody: the switch floods them and no machine takes them, so that both ends see pure silence.
    private const string Nobody = "02:00:00:00:00:01";

    private static int _made;

    // The end of this process's own cable.
    private readonly string _own;
    private readonly NetworkNamespace _switch;
    private readonly List<NetworkNamespace> _machines = [];
    private readonly string _net;

    // Several may be there at once, and this process is on all of them: were their addresses the same, an answer would
    // leave by another cable than the one the question came by.
    private Network(NetworkNamespace hub)
    {
        var number = Interlocked.Increment(ref _made);
        (_switch, _own) = (hub, $"of{Environment.ProcessId}n{number}");
        _net = $"10.214.{(Environment.ProcessId + number) % 250}";
    }

    /// <summary>Where the machines reach this process.</summary>
    public IPAddress Own => IPAddress.Parse($"{_net}.1");

    /// <summary>Makes the switch and so many machines.</summary>
    public static async Task<Network> CreateAsync(int machines, string log)
    {
        var hub = await NetworkNamespace.CreateAsync(log);
        var network = new Network(hub);
        try
        {
            await hub.RunAsync("ip", "link", "add", "hub", "type", "bridge");
            await hub.RunAsync("ip", "link", "set", "hub", "up");
            await network.PlugAsync(null, network.Own);
            for (var i = 0; i < machines; i++)
            {
                var machine = await NetworkNamespace.CreateAsync(log);
                network._machines.Add(machine);
                await network.PlugAsync(machine, network.AddressOf(i));
            }
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The address of a machine.</summary>
    public IPAddress AddressOf(int machine) => IPAddress.Parse($"{_net}.{10 + machine}");

    /// <summary>What to put before a command to run it on a machine.</summary>
    public IReadOnlyList<string> Enter(int machine) => _machines[machine].Enter;

    /// <summary>Nothing passes between two machines any more, either way.</summary>
    public Task CutAsync(int one, int other) => Task.WhenAll(CutOneAsync(one, other), CutOneAsync(other, one));

    /// <summary>What passes is let through again.</summary>
    public Task HealAsync(int one, int other) => Task.WhenAll(HealOneAsync(one, other), HealOneAsync(other, one));

    /// <inheritdoc />
    public void Dispose()
    {
        // At once, and not when the kernel gets round to it.
        using (var removing = Process.Start("ip", ["link", "del", _own])) removing.WaitForExit();
        foreach (var machine in _machines) machine.Dispose();
        _switch.Dispose();
    }

    private Task<string> CutOneAsync(int from, int to) => _machines[from].RunAsync(
        "ip", "neigh", "replace", $"{AddressOf(to)}", "lladdr", Nobody, "dev", "eth0", "nud", "permanent");

    private Task<string> HealOneAsync(int from, int to) => _machines[from].RunAsync(
        "ip", "neigh", "del", $"{AddressOf(to)}", "dev", "eth0");

    private async Task PlugAsync(NetworkNamespace? machine, IPAddress address)
    {
        var (end, plug) = (machine is null ? _own : "eth0", $"p{address.GetAddressBytes()[3]}");
        // Made inside the switch, so that no name of this machine is taken for longer than a moment.
        await _switch.RunAsync("ip", "link", "add", plug, "type", "veth", "peer", "name", end, "netns",
            $"{machine?.Id ?? Environment.ProcessId}");
        await _switch.RunAsync("ip", "link", "set", plug, "master", "hub", "up");
        IReadOnlyList<string> enter = machine?.Enter ?? [];
        await Ran.OkAsync([.. enter, "ip", "addr", "add", $"{address}/24", "dev", end]);
        await Ran.OkAsync([.. enter, "ip", "link", "set", end, "up"]);
    }
}
