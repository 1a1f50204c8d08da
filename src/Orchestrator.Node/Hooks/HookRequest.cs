using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.Hooks;

/// <summary>
/// One GET to a container. Any answer will do, for what counts is that the container was told; certificates are not
/// checked, and a server that was to speak TLS but does not is spoken to without.
/// </summary>
internal sealed class HookRequest(HTTPGetAction http, string host, int port, string version)
{
    private const int HeadBytesMax = 16_384;
    private const string Protocol = "HTTP/";

    private static readonly string[] OwnHeaders = ["Host", "User-Agent", "Accept", "Connection"];

    /// <param name="dial">Opens a connection; called once more for each further try.</param>
    /// <exception cref="HookFailedException">What answered does not speak HTTP.</exception>
    public async Task SendAsync(Func<Task<IPodConnection>> dial, CancellationToken cancellation)
    {
        if (http.Scheme == "HTTPS" && await TrySecureAsync(await dial(), cancellation)) return;
        await using var plain = new PodStream(await dial());
        await ExchangeAsync(plain, cancellation);
    }

    private async Task<bool> TrySecureAsync(IPodConnection connection, CancellationToken cancellation)
    {
        await using var below = new PodStream(connection);
        await using var secure = new SslStream(below, leaveInnerStreamOpen: true);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
#pragma warning disable CA5359 // containers sign for themselves, and nothing secret is sent
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                }, cancellation);
        }
        catch (Exception broken) when (broken is AuthenticationException or IOException)
        {
            if (below.FirstText.StartsWith(Protocol, StringComparison.Ordinal)) return false;
            throw new HookFailedException($"TLS with {host}:{port}: {broken.Message}", broken);
        }
        await ExchangeAsync(secure, cancellation);
        return true;
    }

    private async Task ExchangeAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(Head()), cancellation);
        await stream.FlushAsync(cancellation);
        var head = new byte[HeadBytesMax];
        var filled = 0;
        while (filled < head.Length && !IsWhole(head.AsSpan(0, filled)))
        {
            var read = await stream.ReadAsync(head.AsMemory(filled), cancellation);
            if (read == 0) break;
            filled += read;
        }
        if (!head.AsSpan(0, filled).StartsWith(Encoding.ASCII.GetBytes(Protocol)))
        {
            throw new HookFailedException($"Get \"{Target()}\": {(filled == 0 ? "EOF" : "malformed HTTP response")}");
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> head) => head.IndexOf("\r\n\r\n"u8) >= 0;

    private Uri Target()
    {
        var path = http.Path is { Length: > 0 } given ? given : "/";
        var scheme = http.Scheme == "HTTPS" ? "https" : "http";
        return new Uri($"{scheme}://{host}:{port}/{path.TrimStart('/')}");
    }

    private string Head()
    {
        var head = new StringBuilder();
        head.Append($"GET {Target().PathAndQuery} HTTP/1.1\r\n");
        head.Append($"Host: {Given("Host") ?? $"{host}:{port}"}\r\n");
        head.Append($"User-Agent: {Given("User-Agent") ?? $"kube-lifecycle/{MinorVersion()}"}\r\n");
        head.Append($"Accept: {Given("Accept") ?? "*/*"}\r\n");
        foreach (var header in http.HttpHeaders.Where(header => !IsOwn(header.Name)))
        {
            head.Append($"{OneLine(header.Name)}: {OneLine(header.Value)}\r\n");
        }
        return head.Append("Connection: close\r\n\r\n").ToString();
    }

    private static bool IsOwn(string name) => OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase);

    private string? Given(string name) =>
        http.HttpHeaders.FirstOrDefault(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            is { } header ? OneLine(header.Value) : null;

    // v1.32.0 → 1.32
    private string MinorVersion() => string.Join('.', version.TrimStart('v').Split('.').Take(2));

    private static string OneLine(string text) => text.Replace('\r', ' ').Replace('\n', ' ');
}
