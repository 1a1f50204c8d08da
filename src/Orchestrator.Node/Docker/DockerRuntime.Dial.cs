using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <content>
/// Ports of pods behind an engine on another machine: a program of the pod's own infra container makes the connection,
/// and its standard streams are ours.
/// </content>
public sealed partial class DockerRuntime
{
    private const int ConnectionRefused = 111;
    private const int NoRoute = 113;
    private const int TimedOut = 110;

    // Which infra container has an address; one that is wrong is found out at the next dial.
    private readonly ConcurrentDictionary<string, string> _sandboxes = new();

    internal async Task<IPodConnection> DialFromWithinAsync(string address, int port, CancellationToken cancellation)
    {
        if (!IPAddress.TryParse(address, out var ip) || ip.AddressFamily != AddressFamily.InterNetwork)
            throw new RuntimeRefusedException(502, $"\"{address}\" is no address of a pod: wait until the pod runs");
        var sandbox = await SandboxOfAsync(address, cancellation) ?? throw new RuntimeRefusedException(502,
            $"dial tcp4 {address}:{port}: no pod of this node runs with that address")
        { Cause = "no such pod" };
        try
        {
            string[] command = [$"/{InfraImage.DialProgram}", DialBinary.Argument(ip, port)];
            var session = await ExecAsync(sandbox, command, new SessionStreams(true, true, false), cancellation);
            return await ConnectedAsync(session, address, port, cancellation);
        }
        catch (RuntimeRefusedException) when (_sandboxes.TryRemove(address, out _))
        {
            // The pod may be another by now; whoever asks again finds the new one.
            throw;
        }
    }

    private static async Task<IPodConnection> ConnectedAsync(
        IContainerSession session, string address, int port, CancellationToken cancellation)
    {
        try
        {
            var first = new byte[1];
            var piece = await session.ReadAsync(first, cancellation);
            if (piece.Count == 1 && first[0] == DialBinary.Connected) return new SessionConnection(session);
            var code = piece.Count == 0 ? await session.ExitCodeAsync(cancellation) : null;
            throw Refusal(address, port, code);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static RuntimeRefusedException Refusal(string address, int port, int? code)
    {
        var cause = code switch
        {
            ConnectionRefused => "connect: connection refused",
            NoRoute => "connect: no route to host",
            TimedOut => "i/o timeout",
            _ => null,
        };
        // Infra containers of an earlier release have no such program: nothing follows from that.
        return cause is null
            ? new RuntimeRefusedException(501, $"the pod at {address} cannot be reached from within (code {code}): "
                + "a pod that is made anew can")
            : new RuntimeRefusedException(502, string.Create(
                CultureInfo.InvariantCulture, $"dial tcp4 {address}:{port}: {cause}"))
            { Cause = cause };
    }

    private async Task<string?> SandboxOfAsync(string address, CancellationToken cancellation)
    {
        if (_sandboxes.TryGetValue(address, out var known)) return known;
        foreach (var listed in await _client.ListAsync(Filter, cancellation))
        {
            if (listed.State != "running" || listed.Labels?.GetValueOrDefault(ContainerLabels.ContainerName)
                != ContainerLabels.InfraContainer)
            {
                continue;
            }
            var networks = listed.NetworkSettings?.Networks?.Values;
            var own = networks?.Select(network => network?.IpAddress).FirstOrDefault(ip => !string.IsNullOrEmpty(ip));
            // One without an address of its own has that of the machine, which is nobody else's.
            if (own is not null) _sandboxes[own] = listed.Id;
            else if (listed.HostConfig?.NetworkMode == "host") _sandboxes.TryAdd(address, listed.Id);
        }
        return _sandboxes.TryGetValue(address, out var found) ? found : null;
    }
}
