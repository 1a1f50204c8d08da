using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Probes;

/// <summary>Connects to a host as the node sees it: a pod's address, or a name that probes may state instead.</summary>
internal static class PodDialer
{
    /// <exception cref="RuntimeRefusedException">There is no connection.</exception>
    public static async ValueTask<IPodConnection> DialAsync(
        IContainerRuntime runtime, string host, int port, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out _)) return await runtime.DialAsync(host, port, cancellation);
        var address = await ResolveAsync(host, cancellation);
        return await runtime.DialAsync(address.ToString(), port, cancellation);
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
