using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>
/// A server that shows a certificate, or answers in plain words, or not at all: what an engine set up wrongly does.
/// </summary>
internal sealed class ShownCertificate : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly X509Certificate2? _certificate;
    private readonly byte[] _plain;
    private readonly Task _serving;

    private ShownCertificate(X509Certificate2? certificate, byte[] plain)
    {
        (_certificate, _plain) = (certificate, plain);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Endpoint => string.Create(
        CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static ShownCertificate Of((string CertificatePem, string KeyPem) engine) =>
        new(X509Certificate2.CreateFromPem(engine.CertificatePem, engine.KeyPem), []);

    public static ShownCertificate Plain(string answer) => new(null, System.Text.Encoding.ASCII.GetBytes(answer));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _serving;
        _listener.Dispose();
        _certificate?.Dispose();
        _closing.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_closing.Token);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return; // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        await using var secured = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            if (_certificate is not null) await secured.AuthenticateAsServerAsync(_certificate);
            if (_plain.Length > 0) await stream.WriteAsync(_plain, _closing.Token);
            await stream.ReadAtLeastAsync(new byte[10_000], 10_000, throwOnEndOfStream: false, _closing.Token);
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            return; // The client did not like what it saw, which is what it is for.
        }
    }
}
