using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// What mutual TLS with an engine needs, all as PEM: the only CA its certificate may come from, and our own certificate
/// with its key, which the engine verifies in turn.
/// </summary>
public sealed record EngineCredentials(string CaPem, string CertificatePem, string KeyPem)
{
    /// <summary>What is wrong with them, as one sentence; null when they can be used.</summary>
    public static string? Fault(EngineCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        try
        {
            using var own = credentials.Certificate();
            foreach (var authority in credentials.Authorities()) authority.Dispose();
            return null;
        }
        catch (FormatException unusable)
        {
            return unusable.Message;
        }
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => "credentials of an engine";

    /// <exception cref="FormatException">The PEM holds no certificate.</exception>
    internal X509Certificate2Collection Authorities()
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(CaPem);
        }
        catch (CryptographicException broken)
        {
            throw new FormatException($"the CA of the engine's credentials cannot be read: {broken.Message}", broken);
        }
        return authorities.Count > 0
            ? authorities
            : throw new FormatException("the CA of the engine's credentials is no PEM certificate: pass the file that "
                + "begins with -----BEGIN CERTIFICATE-----");
    }

    /// <exception cref="FormatException">Certificate and key do not belong together, or one is missing.</exception>
    internal X509Certificate2 Certificate()
    {
        try
        {
            return X509Certificate2.CreateFromPem(CertificatePem, KeyPem);
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            throw new FormatException(
                "the client certificate and key of the engine's credentials cannot be used together: pass both as PEM, "
                + $"the key unencrypted ({unusable.Message})", unusable);
        }
    }
}
