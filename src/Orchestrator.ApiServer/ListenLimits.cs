using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Orchestrator.ApiServer;

/// <summary>How much a client may send before the API hears of it, and how long it may take to send or to
/// read.</summary>
internal sealed class ListenLimits(IOptions<ApiServerOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    // A command for exec is part of the target of its request: the usual 8 KiB would not hold a script.
    private const int HeadBytesMax = 256 * 1024;
    private static readonly TimeSpan SlownessGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(30);

    public void Configure(KestrelServerOptions server)
    {
        var limits = server.Limits;
        (limits.MaxRequestLineSize, limits.MaxRequestHeadersTotalSize) = (HeadBytesMax, HeadBytesMax);
        limits.Http2.MaxRequestHeaderFieldSize = HeadBytesMax;
        (limits.RequestHeadersTimeout, limits.KeepAliveTimeout) = (options.Value.HeadTimeout,
            options.Value.IdleTimeout);
        limits.MinResponseDataRate = new(options.Value.ReadBytesPerSecondMin, SlownessGrace);
        // A machine that vanished says nothing: without asking, its watches would stay for hours.
        (limits.Http2.KeepAlivePingDelay, limits.Http2.KeepAlivePingTimeout) = (PingPeriod, PingPeriod);
        // What pods answer through the proxy may be in any encoding.
        server.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }
}
