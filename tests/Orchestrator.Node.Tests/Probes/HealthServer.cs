using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Nodes.Tests.Probes;

/// <summary>A server of grpc.health.v1 that says what it is told to, or a page behind its own certificate.</summary>
internal sealed class HealthServer : IAsyncDisposable
{
    private static readonly string[] Statuses = ["UNKNOWN", "SERVING", "NOT_SERVING"];

    private readonly WebApplication _app;
    private readonly X509Certificate2? _certificate;

    private HealthServer(string says, bool isSecured, IPAddress address)
    {
        Says = says;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _certificate = isSecured ? Certificate() : null;
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(address, 0, listen =>
        {
            listen.Protocols = isSecured ? HttpProtocols.Http1 : HttpProtocols.Http2;
            if (_certificate is not null) listen.UseHttps(_certificate);
        }));
        _app = builder.Build();
        _app.MapGet("/plain", () => "well");
        _app.MapPost("/grpc.health.v1.Health/Check", AnswerAsync);
    }

    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features
        .Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    /// <summary>What it answers from now on.</summary>
    public string Says { get; set; }

    /// <summary>The service it was last asked for.</summary>
    public string? Asked { get; private set; }

    public static async Task<HealthServer> StartAsync(
        string says, bool isSecured = false, IPAddress? address = null)
    {
        var server = new HealthServer(says, isSecured, address ?? IPAddress.Loopback);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
        _certificate?.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        // Five bytes of frame, one of the field's number, one of its length.
        Asked = Encoding.UTF8.GetString(body.ToArray().AsSpan(Math.Min((int)body.Length, 7)));
        if (Says == "SILENCE")
        {
            var aborted = new TaskCompletionSource();
            await using (context.RequestAborted.UnsafeRegister(_ => aborted.TrySetResult(), null)) await aborted.Task;
            return;
        }
        context.Response.ContentType = "application/grpc";
        var code = Says switch { "UNIMPLEMENTED" => "12", "NOT_FOUND" => "5", _ => "0" };
        if (code == "0")
        {
            byte[] frame = [0, 0, 0, 0, 2, 8, (byte)Array.IndexOf(Statuses, Says)];
            await context.Response.Body.WriteAsync(frame, context.RequestAborted);
        }
        context.Response.AppendTrailer("grpc-status", code);
        if (code != "0") context.Response.AppendTrailer("grpc-message", "unknown%20service");
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody-else", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(-1));
    }
}
