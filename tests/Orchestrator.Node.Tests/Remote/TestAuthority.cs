using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>A CA of a test, and the certificates it makes for engines and their clients.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _authority;
    private int _serial;

    public TestAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(Today.AddDays(-30), Today.AddDays(30));
    }

    public string Pem => _authority.ExportCertificatePem();

    private static DateTimeOffset Today => DateTimeOffset.UtcNow;

    public void Dispose() => _authority.Dispose();

    /// <summary>Credentials for engines of this CA.</summary>
    public EngineCredentials Credentials(int endsInDays = 10)
    {
        var (certificate, key) = Issue("orchestrator", ClientUsage, [], endsInDays);
        return new EngineCredentials(Pem, certificate, key);
    }

    /// <summary>Certificate and key of an engine.</summary>
    public (string CertificatePem, string KeyPem) Engine(string[] names, int endsInDays = 10) =>
        Issue("engine", ServerUsage, names, endsInDays);

    private (string CertificatePem, string KeyPem) Issue(string name, string usage, string[] names, int endsInDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names.Length > 0) request.CertificateExtensions.Add(Names(names));
        using var issued = request.Create(
            _authority, Today.AddDays(-20), Today.AddDays(endsInDays), [1, (byte)Interlocked.Increment(ref _serial)]);
        return (issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static X509Extension Names(string[] names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) builder.AddIpAddress(address);
            else builder.AddDnsName(name);
        }
        return builder.Build();
    }
}
