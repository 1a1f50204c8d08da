using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Hosting;

/// <summary>Where the other silos reach this one, and what is refused because somebody listens there.</summary>
internal static class SiloPorts
{
    /// <summary>
    /// The port asked for; else the one of last time, for a silo that returns to its address takes the place of its
    /// dead self at once; else any.
    /// </summary>
    /// <exception cref="StartException">It cannot listen there.</exception>
    public static int Choose(ClusterSettings cluster, DataFolder data)
    {
        if (cluster.SiloPort > 0)
        {
            RefuseTaken(new IPEndPoint(cluster.SiloAddress, cluster.SiloPort), "--silo-address and --silo-port");
            return data.SiloPort = cluster.SiloPort;
        }
        if (data.SiloPort is > 0 and var kept && TryListen(new IPEndPoint(cluster.SiloAddress, kept)) is null)
            return kept;
        try
        {
            using var listener = new TcpListener(cluster.SiloAddress, 0);
            listener.Start();
            return data.SiloPort = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException trouble)
        {
            throw new StartException($"{cluster.SiloAddress} is no address of this machine ({trouble.Message}): "
                + "say with --silo-address where the other processes of the cluster reach it", trouble);
        }
    }

    /// <exception cref="StartException">It cannot listen there.</exception>
    public static void RefuseTaken(IPEndPoint endpoint, string options)
    {
        if (TryListen(endpoint) is not { } trouble) return;
        var why = trouble.SocketErrorCode == SocketError.AddressAlreadyInUse
            ? "another process listens there"
            : trouble.Message;
        throw new StartException($"cannot listen on {endpoint}: {why}; choose another with {options}", trouble);
    }

    private static SocketException? TryListen(IPEndPoint endpoint)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endpoint);
            return null;
        }
        catch (SocketException trouble)
        {
            return trouble;
        }
    }
}
