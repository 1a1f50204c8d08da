using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Mutual TLS over TCP. The engine's certificate must come from the one CA of the credentials and carry the name we
/// connect to; what the machine trusts otherwise counts for nothing.
/// </summary>
internal sealed class TlsTransport : IEngineTransport
{
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private readonly IEngineTransport _plain;
    private readonly DockerEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly X509Certificate2Collection _authorities;
    private readonly X509Certificate2 _own;
    private readonly SslStreamCertificateContext _identity;

    /// <exception cref="FormatException">The credentials cannot be used.</exception>
    public TlsTransport(
        IEngineTransport plain, DockerEndpoint endpoint, EngineCredentials credentials, TimeProvider time)
    {
        (_plain, _endpoint, _time) = (plain, endpoint, time);
        _authorities = credentials.Authorities();
        _own = credentials.Certificate();
        _identity = SslStreamCertificateContext.Create(_own, null, offline: true);
    }

    // Later than the deadline of the handshake, which has the better words.
    public TimeSpan ConnectTimeout => _plain.ConnectTimeout * 2 + Slack;

    /// <inheritdoc/>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        RefuseExpired();
        var stream = await _plain.ConnectAsync(cancellation);
        string? verdict = null;
        var secured = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
        {
            verdict = Verdict(certificate, chain, errors);
            return verdict is null;
        });
        using var clock = new CancellationTokenSource(_plain.ConnectTimeout, _time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellation);
        try
        {
            await secured.AuthenticateAsClientAsync(Options(), deadline.Token);
            return secured;
        }
        catch (Exception failed) when (!cancellation.IsCancellationRequested
            && failed is AuthenticationException or IOException or OperationCanceledException)
        {
            await secured.DisposeAsync();
            throw new RuntimeUnavailableException(verdict ?? Explain(failed) ?? Silent(failed), failed);
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public string? Explain(Exception broken)
    {
        // In TLS 1.3 an engine refuses our certificate only after the handshake, so this may come with any read.
        for (var inner = broken; inner is not null; inner = inner.InnerException)
        {
            if (inner.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)) return Refusal(inner.Message);
        }
        return null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _own.Dispose();
        foreach (var authority in _authorities) authority.Dispose();
        return _plain.DisposeAsync();
    }

    private SslClientAuthenticationOptions Options()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return new SslClientAuthenticationOptions
        {
            TargetHost = _endpoint.Host,
            ClientCertificateContext = _identity,
            CertificateChainPolicy = policy,
        };
    }

    // The engine would only say "bad certificate".
    private void RefuseExpired()
    {
        if (_own.NotAfter.ToUniversalTime() is var end && end < _time.GetUtcNow().UtcDateTime)
        {
            throw new RuntimeUnavailableException(
                $"our client certificate for the Docker engine at {_endpoint.Text} expired on {end:u}: pass a renewed one");
        }
    }

    private string? Verdict(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return null;
        var engine = $"the Docker engine at {_endpoint.Text}";
        if (shown is not X509Certificate2 certificate)
            return $"{engine} shows no certificate: start it with --tlsverify";
        var faults = (chain?.ChainStatus ?? []).Aggregate(
            X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (faults.HasFlag(X509ChainStatusFlags.PartialChain) || faults.HasFlag(X509ChainStatusFlags.UntrustedRoot))
        {
            return $"{engine} shows a certificate of \"{certificate.Issuer}\", which is not the CA of this node's "
                + "credentials: pass the CA that signed it, or check that this is your engine";
        }
        if (faults.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return certificate.NotAfter.ToUniversalTime() is var end && end < _time.GetUtcNow().UtcDateTime
                ? $"the certificate of {engine} expired on {end:u}: renew it and restart the engine"
                : $"the certificate of {engine} or its CA is not valid now: check its dates and the clocks of both machines";
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"{engine} shows a certificate for {Names(certificate)}, not for {_endpoint.Host}: connect by a name "
                + "in it, or have one made that names this host";
        }
        return $"the certificate of {engine} is not valid ({faults}): have a proper one made by the CA of the credentials";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames()
                .Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToList();
        return names.Count > 0 ? string.Join(", ", names) : "no host at all";
    }

    private string Refusal(string alert) => alert.Contains("certificate required", StringComparison.OrdinalIgnoreCase)
        ? $"the Docker engine at {_endpoint.Text} asks for a client certificate: pass one signed by the CA that the engine "
            + "was started with (--tlscacert)"
        : $"the Docker engine at {_endpoint.Text} refuses our client certificate: pass one signed by the CA that the "
            + $"engine was started with (--tlscacert) ({alert})";

    private string Silent(Exception failed) => failed is OperationCanceledException
        ? $"what listens at {_endpoint.Text} does not answer in TLS within {_plain.ConnectTimeout.TotalSeconds:0.###} s: "
            + "check the address, and that the engine was started with --tlsverify"
        : $"what listens at {_endpoint.Text} does not speak TLS: check the port, and start the engine with --tlsverify, "
            + $"--tlscacert, --tlscert and --tlskey ({failed.Message})";
}
