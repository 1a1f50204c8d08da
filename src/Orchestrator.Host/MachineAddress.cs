using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Hosting;

/// <summary>The address other machines reach this one by.</summary>
internal static class MachineAddress
{
    /// <summary>The address of the interface that leads outside; the loopback address when none does.</summary>
    public static string Find()
    {
        try
        {
            // Connecting a datagram socket sends nothing; it only asks the routing table.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(IPAddress.Parse("192.0.2.1"), 9);
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            // A machine without a route has only itself to talk to.
            return IPAddress.Loopback.ToString();
        }
    }
}
