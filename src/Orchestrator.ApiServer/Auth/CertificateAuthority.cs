using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.ApiServer.Auth;

/// <summary>
/// The cluster's own CA, kept as PEM files in one directory, and the server certificate it signs. A file is either
/// whole or not there, readable by its owner alone; what is kept is used again until less than a third of its life is
/// left.
/// </summary>
public sealed class CertificateAuthority
{
    private const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(365);

    // Clocks of clients may lag.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    private static readonly byte[] TokenKeyUse = [.. "orchestrator service account tokens "u8];

    private static readonly string[] ClusterNames =
    [
        "localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ];

    private readonly string _directory;
    private readonly TimeProvider _clock;
    private readonly X509Certificate2 _authority;

    private CertificateAuthority(string directory, TimeProvider clock)
    {
        (_directory, _clock) = (directory, clock);
        _authority = Load("ca") ?? Keep("ca", CreateAuthority());
    }

    /// <summary>The CA certificate, as clients need it to trust the server.</summary>
    public string CertificatePem => _authority.ExportCertificatePem();

    /// <summary>The CA in a directory; made on first use.</summary>
    public static CertificateAuthority LoadOrCreate(string directory, TimeProvider clock)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new CertificateAuthority(directory, clock);
    }

    /// <summary>
    /// A certificate for this server under all the names by which it is reached: those given, localhost, and the names
    /// of the API inside a cluster.
    /// </summary>
    public X509Certificate2 ServerCertificate(IReadOnlyList<string> names)
    {
        List<string> all = [.. ClusterNames.Concat(names.Select(name => name.ToLowerInvariant())).Distinct()];
        return Load("server") is { } kept && Covers(kept, all) ? kept : Keep("server", CreateServer(all));
    }

    /// <summary>
    /// The key of the cluster's tokens. It follows from the CA's, so that all servers of a cluster have the same one
    /// and none has to be kept; nobody who knows one of the two knows the other by it.
    /// </summary>
    public ECDsa TokenKey()
    {
        using var key = _authority.GetECDsaPrivateKey()!;
        var secret = key.ExportParameters(includePrivateParameters: true).D!;
        for (byte attempt = 0; ; attempt++)
        {
            var scalar = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: [.. TokenKeyUse, attempt]);
            try
            {
                return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            }
            catch (CryptographicException) when (attempt < byte.MaxValue)
            {
                // One number in four billion is none of the curve's; the next attempt gives another.
                continue;
            }
        }
    }

    private bool Covers(X509Certificate2 certificate, IReadOnlyList<string> names)
    {
        if (certificate.Issuer != _authority.Subject || !IsSignedByUs(certificate)) return false;
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (alternatives is null) return false;
        var covered = alternatives.EnumerateDnsNames()
            .Concat(alternatives.EnumerateIPAddresses().Select(address => address.ToString())).ToHashSet();
        return names.All(
            name => covered.Contains(IPAddress.TryParse(name, out var address) ? address.ToString() : name));
    }

    private bool IsSignedByUs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = _clock.GetUtcNow().UtcDateTime;
        return chain.Build(certificate);
    }

    private X509Certificate2 CreateAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=orchestrator-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(
                X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = _clock.GetUtcNow();
        return request.CreateSelfSigned(now - Backdating, now + AuthorityLifetime);
    }

    private X509Certificate2 CreateServer(IReadOnlyList<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthOid)], critical: false));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        var now = _clock.GetUtcNow();
        var end = now + ServerLifetime < _authority.NotAfter ? now + ServerLifetime : _authority.NotAfter;
        using var signed = request.Create(_authority, now - Backdating, end, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    // One file holds certificate and key, so that no crash can leave a key that does not fit.
    private X509Certificate2? Load(string name)
    {
        var file = Path.Combine(_directory, $"{name}.pem");
        if (!File.Exists(file)) return null;
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(file);
            var life = certificate.NotAfter - certificate.NotBefore;
            var left = certificate.NotAfter.ToUniversalTime() - _clock.GetUtcNow().UtcDateTime;
            if (left > life / 3) return certificate;
            certificate.Dispose();
            return null;
        }
        catch (CryptographicException e)
        {
            throw new IOException($"{file} holds no certificate with its key; remove it to have a new one made", e);
        }
    }

    private X509Certificate2 Keep(string name, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        PrivateFile.Write(
            Path.Combine(_directory, $"{name}.pem"),
            $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return certificate;
    }
}
