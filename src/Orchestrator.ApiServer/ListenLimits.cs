using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Orchestrator.ApiServer;

/// <summary>How much a client may send before the API hears of it, and how long it may take.</summary>
internal static class ListenLimits
{
    // A command for exec is part of the target of its request: the usual 8 KiB would not hold a script.
    private const int HeadBytesMax = 256 * 1024;
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(30);

    public static void Apply(KestrelServerOptions server)
    {
        var limits = server.Limits;
        (limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize) = (HeadBytesMax, HeadBytesMax);
        limits.Http2.MaxRequestHeaderFieldSize = HeadBytesMax;
        (limits.RequestHeadersTimeout, limits.KeepAliveTimeout) = (HeadTimeout, IdleTimeout);
        // A machine that vanished says nothing: without asking, its watches would stay for hours.
        (limits.Http2.KeepAlivePingDelay, limits.Http2.KeepAlivePingTimeout) = (PingPeriod, PingPeriod);
        // What pods answer through the proxy may be in any encoding.
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }
}
