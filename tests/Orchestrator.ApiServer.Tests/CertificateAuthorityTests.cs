using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.ApiServer.Auth;

namespace Orchestrator.ApiServer.Tests;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pki-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_kept_is_used_again_and_for_the_owner_alone()
    {
        var first = CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System);
        using var server = first.ServerCertificate(["box"]);
        var second = CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System);
        second.CertificatePem.ShouldBe(first.CertificatePem);
        using (var again = second.ServerCertificate(["box"])) again.Thumbprint.ShouldBe(server.Thumbprint);
        using (var other = second.ServerCertificate(["box", "10.1.2.3"]))
            other.Thumbprint.ShouldNotBe(server.Thumbprint);
        foreach (var file in Directory.GetFiles(_folder))
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
        Directory.GetFiles(_folder).Select(Path.GetFileName).ShouldBe(["ca.pem", "server.pem"], ignoreOrder: true);
    }

    [Fact]
    public void The_server_certificate_names_all_the_ways_in()
    {
        using var server = CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System).ServerCertificate(["box"]);
        var names = server.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        names.EnumerateDnsNames().ShouldBe(
            ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local", "box"],
            ignoreOrder: true);
        names.EnumerateIPAddresses().ShouldContain(IPAddress.Loopback);
        server.GetECDsaPublicKey()!.KeySize.ShouldBe(256);
    }

    [Fact]
    public void It_is_renewed_before_it_ends()
    {
        using var server = CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System).ServerCertificate([]);
        var later = new ShiftedClock(TimeSpan.FromDays(200));
        using (var kept = CertificateAuthority.LoadOrCreate(_folder, later).ServerCertificate([]))
        {
            kept.Thumbprint.ShouldBe(server.Thumbprint, "more than a third of its life is left");
        }
        var muchLater = new ShiftedClock(TimeSpan.FromDays(300));
        using var renewed = CertificateAuthority.LoadOrCreate(_folder, muchLater).ServerCertificate([]);
        renewed.Thumbprint.ShouldNotBe(server.Thumbprint);
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), "nonsense");
        Should.Throw<IOException>(() => CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System)).Message
            .ShouldContain("ca.pem");
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Clients_trust_it_by_the_authority(string version)
    {
        var authority = CertificateAuthority.LoadOrCreate(_folder, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(authority.ServerCertificate([]))));
        await using var app = builder.Build();
        app.MapGet("/", static (HttpContext http) => http.Request.Protocol);
        await app.StartAsync();
        using var root = X509Certificate2.CreateFromPem(authority.CertificatePem);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { root },
                },
            },
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, app.Urls.Single())
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request);
        (await response.Content.ReadAsStringAsync()).ShouldBe(version == "2.0" ? "HTTP/2" : "HTTP/1.1");
    }

    [Fact]
    public void The_kubeconfig_is_whole_and_private()
    {
        var path = Path.Combine(_folder, "kubeconfig");
        Kubeconfig.Write(path, "https://127.0.0.1:6443", "PEM", "secret");
        File.ReadAllText(path).ShouldContain("server: https://127.0.0.1:6443");
        File.ReadAllText(path).ShouldContain("token: secret");
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private sealed class ShiftedClock(TimeSpan shift) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + shift;
    }
}
