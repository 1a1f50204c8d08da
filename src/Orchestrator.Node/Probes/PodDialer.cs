using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Probes;

/// <summary>Connects to a host as the node sees it: a pod's address, or a name that probes may state instead.</summary>
internal static class PodDialer
{
    /// <param name="isBrief">For a few bytes and a short time.</param>
    /// <exception cref="RuntimeRefusedException">There is no connection.</exception>
    public static async ValueTask<IPodConnection> DialAsync(
        IContainerRuntime runtime, string host, int port, bool isBrief, CancellationToken cancellation)
    {
        var address = IPAddress.TryParse(host, out _) ? host : (await ResolveAsync(host, cancellation)).ToString();
        return isBrief
            ? await runtime.DialBrieflyAsync(address, port, cancellation)
            : await runtime.DialAsync(address, port, cancellation);
    }

    private static async Task<IPAddress> ResolveAsync(string host, CancellationToken cancellation)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellation);
            return addresses.OrderBy(address => address.AddressFamily != AddressFamily.InterNetwork).First();
        }
        catch (Exception unknown) when (unknown is SocketException or InvalidOperationException or ArgumentException)
        {
            throw new RuntimeRefusedException(502, $"dial tcp: lookup {host}: no such host");
        }
    }
}
