using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Streams;

/// <summary>Leaves HTTP for another protocol on the same connection, if the client asked for one we know.</summary>
internal static class Upgrade
{
    private const string Spdy = "SPDY/3.1";
    private const string SpdyVersionHeader = "X-Stream-Protocol-Version";
    private const string WebSocketKey = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private const int KeepAliveSeconds = 30;
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Whether the client wants a WebSocket; else it wants SPDY.</summary>
    /// <exception cref="ApiException">400: it wants neither.</exception>
    public static bool IsWebSocket(HttpContext http)
    {
        var wanted = http.Request.Headers.Upgrade.ToString();
        if (http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true })
        {
            if (wanted.Equals("websocket", StringComparison.OrdinalIgnoreCase)) return true;
            if (wanted.Equals(Spdy, StringComparison.OrdinalIgnoreCase)) return false;
        }
        throw ApiException.BadRequest("Upgrade request required");
    }

    /// <summary>The protocols a client of a WebSocket offers, the best first.</summary>
    public static IReadOnlyList<string> WebSocketOffers(HttpContext http) =>
        Words(http, HeaderNames.SecWebSocketProtocol);

    /// <summary>Refuses a client of SPDY that does not know the protocol inside.</summary>
    /// <exception cref="ApiException">400 or 403: it offers none, or no known one.</exception>
    public static void RequireSpdyVersion(HttpContext http, string version)
    {
        var offers = Words(http, SpdyVersionHeader);
        if (offers.Count == 0) throw ApiException.BadRequest($"unable to upgrade: {SpdyVersionHeader} is required");
        if (offers.Contains(version)) return;
        throw new ApiException(403, "Forbidden",
            $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', offers)}], server "
            + $"accepts [{version}]");
    }

    /// <summary>Goes over to SPDY.</summary>
    public static Task<Stream> ToSpdyAsync(HttpContext http, string version)
    {
        http.Response.Headers.Upgrade = Spdy;
        http.Response.Headers[SpdyVersionHeader] = version;
        return LeaveAsync(http);
    }

    /// <summary>Goes over to a WebSocket.</summary>
    /// <param name="protocol">What is spoken in it; "" for a client that offered nothing.</param>
    /// <exception cref="ApiException">400: the handshake is none.</exception>
    public static async Task<WebSocket> ToWebSocketAsync(HttpContext http, string protocol)
    {
        var headers = http.Request.Headers;
        var key = headers.SecWebSocketKey.ToString();
        if (headers.SecWebSocketVersion != "13" || !IsKey(key))
        {
            http.Response.Headers.SecWebSocketVersion = "13";
            throw ApiException.BadRequest("the WebSocket handshake needs Sec-WebSocket-Version: 13 and a key");
        }
        http.Response.Headers.Upgrade = "websocket";
        http.Response.Headers.SecWebSocketAccept = Accept(key);
        if (protocol.Length > 0) http.Response.Headers.SecWebSocketProtocol = protocol;
        var stream = await LeaveAsync(http);
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,
            // The protocol is in the answer already; the name with a slash would be refused here.
            KeepAliveInterval = PingPeriod,
        });
    }

    // Sixteen bytes that mean nothing: a proxy that replays an answer does not know them.
    private static bool IsKey(string key) =>
        Convert.TryFromBase64String(key, stackalloc byte[24], out var count) && count == 16;

    private static Task<Stream> LeaveAsync(HttpContext http)
    {
        // A terminal may be silent for hours, and a slow reader is no attack.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } up) up.MinDataRate = null;
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } down) down.MinDataRate = null;
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { ProtocolType: ProtocolType.Tcp } socket)
        {
            // A machine that vanished says nothing: only the kernel finds out.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
        }
        return http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static IReadOnlyList<string> Words(HttpContext http, string header) =>
        [.. http.Request.Headers[header].SelectMany(line => (line ?? "").Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

#pragma warning disable CA5350 // The handshake of WebSockets is defined so; nothing is kept secret by it.
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebSocketKey)));
#pragma warning restore CA5350
}
