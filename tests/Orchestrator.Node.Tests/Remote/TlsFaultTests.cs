using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>Every way TLS can be set up wrongly is told apart, in one sentence that says what to do.</summary>
[Collection(nameof(TlsEngineTests))]
public sealed class TlsFaultTests(TlsEngine engine) : IDisposable
{
    private readonly TestAuthority _authority = new("our CA");

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task A_certificate_that_has_expired()
    {
        await using var server = ShownCertificate.Of(_authority.Engine(["127.0.0.1"], endsInDays: -1));
        (await TroubleAsync(server.Endpoint)).ShouldMatch(
            "^the certificate of the Docker engine at .* expired on .*renew");
    }

    [Fact]
    public async Task A_certificate_for_another_host()
    {
        await using var server = ShownCertificate.Of(_authority.Engine(["engine.example", "10.9.8.7"]));
        (await TroubleAsync(server.Endpoint)).ShouldContain(
            "shows a certificate for engine.example, 10.9.8.7, not for 127.0.0.1");
    }

    [Fact]
    public async Task A_certificate_of_another_authority()
    {
        using var other = new TestAuthority("other CA");
        await using var server = ShownCertificate.Of(other.Engine(["127.0.0.1"]));
        (await TroubleAsync(server.Endpoint)).ShouldContain(
            "shows a certificate of \"CN=other CA\", which is not the CA of this node's credentials");
    }

    [Fact]
    public async Task A_server_that_does_not_speak_TLS()
    {
        await using var server = ShownCertificate.Plain("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        (await TroubleAsync(server.Endpoint)).ShouldContain("does not speak TLS: check the port");
    }

    [Fact]
    public async Task A_server_that_says_nothing()
    {
        await using var server = ShownCertificate.Plain("");
        (await TroubleAsync(server.Endpoint, new DockerOptions { ConnectTimeout = TimeSpan.FromSeconds(0.3) }))
            .ShouldContain("does not answer in TLS within 0.3 s");
    }

    [Fact]
    public async Task A_certificate_of_ours_that_has_expired()
    {
        await using var client = Client("tcp://127.0.0.1:1", _authority.Credentials(endsInDays: -1));
        (await Should.ThrowAsync<RuntimeUnavailableException>(() => client.InfoAsync(default))).Message
            .ShouldContain("our client certificate for the Docker engine at tcp://127.0.0.1:1 expired on");
    }

    [SkippableFact]
    public async Task An_engine_that_does_not_know_our_authority()
    {
        engine.Need();
        var stranger = _authority.Credentials() with { CaPem = engine.Credentials.CaPem };
        (await TroubleAsync(engine.Endpoint, credentials: stranger)).ShouldContain("refuses our client certificate");
    }

    [SkippableFact]
    public async Task An_engine_of_another_authority()
    {
        engine.Need();
        (await TroubleAsync(engine.Endpoint)).ShouldContain("\"CN=test CA\", which is not the CA of");
    }

    [SkippableFact]
    public async Task An_engine_that_speaks_only_TLS()
    {
        engine.Need();
        await using var client = Client(engine.Endpoint, null);
        (await Should.ThrowAsync<RuntimeUnavailableException>(() => client.InfoAsync(default))).Message
            .ShouldContain("speaks only TLS: pass a CA, a client certificate and its key");
    }

    private async Task<string> TroubleAsync(
        string endpoint, DockerOptions? options = null, EngineCredentials? credentials = null)
    {
        await using var client = Client(endpoint, credentials ?? _authority.Credentials(), options);
        var trouble = await Should.ThrowAsync<RuntimeUnavailableException>(() => client.InfoAsync(default));
        trouble.Message.ShouldContain(endpoint);
        return trouble.Message;
    }

    private static DockerClient Client(
        string endpoint, EngineCredentials? credentials, DockerOptions? options = null) =>
        new(DockerEndpoint.Parse(endpoint), options ?? new(), TimeProvider.System, credentials);
}
