using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Remote;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("unix:///run/docker.sock", "Unix  0 ", false)]
    [InlineData("tcp://engine", "Tcp engine 0 ", true)]
    [InlineData("tcp://10.1.2.3:2376", "Tcp 10.1.2.3 2376 ", true)]
    [InlineData("tcp://[::1]:2376/", "Tcp ::1 2376 ", true)]
    [InlineData("ssh://engine", "Ssh engine 0 ", true)]
    [InlineData("ssh://ops@engine.example:2222", "Ssh engine.example 2222 ops", true)]
    public void An_endpoint_says_how_to_get_there(string text, string parts, bool isRemote)
    {
        var endpoint = DockerEndpoint.Parse(text);
        $"{endpoint.Scheme} {endpoint.Host} {endpoint.Port} {endpoint.User}".ShouldBe(parts);
        endpoint.IsRemote.ShouldBe(isRemote);
        DockerEndpoint.Fault(text).ShouldBeNull();
    }

    [Theory]
    [InlineData("unix://docker.sock", "absolute path")]
    [InlineData("tcp://", "is not a Docker endpoint")]
    [InlineData("tcp://engine:http", "is not a Docker endpoint")]
    [InlineData("tcp://engine:0", "is not a Docker endpoint")]
    [InlineData("tcp://engine:70000", "is not a Docker endpoint")]
    [InlineData("tcp://engine/path", "is not a Docker endpoint")]
    [InlineData("tcp://ops@engine", "names a user, which only ssh:// has")]
    [InlineData("ssh://@engine", "cannot be one")]
    [InlineData("ssh://-oProxyCommand=x@engine", "cannot be one")]
    [InlineData("ssh://a b@engine", "cannot be one")]
    [InlineData("ssh://-oProxyCommand=x", "is not a Docker endpoint")]
    [InlineData("ssh://-x", "is not a Docker endpoint")]
    [InlineData("podman", "is not a Docker endpoint")]
    public void What_cannot_be_used_gets_one_sentence(string text, string why)
    {
        var fault = DockerEndpoint.Fault(text);
        fault.ShouldNotBeNull().ShouldContain(why);
        fault.ShouldContain(text);
        Should.Throw<FormatException>(() => DockerEndpoint.Parse(text)).Message.ShouldBe(fault);
    }

    [Theory]
    [InlineData("tcp://10.1.2.3:2375", false, true)]
    [InlineData("tcp://engine", false, true)]
    [InlineData("tcp://127.0.0.1:2375", false, false)]
    [InlineData("tcp://localhost", false, false)]
    [InlineData("tcp://[::1]", false, false)]
    [InlineData("tcp://10.1.2.3:2375", true, false)]
    [InlineData("ssh://engine", false, false)]
    public async Task Plain_tcp_stays_on_this_machine(string text, bool isAllowed, bool isRefused)
    {
        await using var runtimes = new ContainerRuntimes(
            new ContainerRuntimeOptions { Docker = new() { AllowsPlainTcp = isAllowed } }, TimeProvider.System,
            NullLoggerFactory.Instance);
        var fault = runtimes.Fault(text);
        if (isRefused)
        {
            fault.ShouldNotBeNull().ShouldContain("mutual TLS");
            Should.Throw<FormatException>(() => runtimes.For("a", text)).Message.ShouldBe(fault);
        }
        else
        {
            fault.ShouldBeNull();
            runtimes.For("a", text).ShouldBeOfType<DockerRuntime>();
        }
    }

    [Fact]
    public async Task Credentials_are_read_before_they_are_needed_and_never_shown()
    {
        using var authority = new TestAuthority("ca");
        var good = authority.Credentials();
        await using var runtimes = new ContainerRuntimes(
            new ContainerRuntimeOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        const string endpoint = "tcp://10.1.2.3";
        runtimes.Fault(endpoint, good).ShouldBeNull();
        runtimes.Fault(endpoint, good with { CaPem = "nothing" })!.ShouldContain("no PEM certificate");
        runtimes.Fault(endpoint, good with { KeyPem = authority.Credentials().KeyPem })!
            .ShouldContain("cannot be used together");
        runtimes.Fault(endpoint, good with { CertificatePem = "" })!.ShouldContain("cannot be used together");
        runtimes.Fault("ssh://engine", good)!.ShouldContain("takes no TLS credentials");
        runtimes.Fault("simulated://?cpus=none").ShouldNotBeNull();
        runtimes.Fault("simulated://").ShouldBeNull();
        $"{good}".ShouldNotContain("PRIVATE");
        runtimes.For("a", endpoint, good).ShouldBeSameAs(runtimes.For("a", endpoint, good with { }));
        runtimes.For("a", endpoint, authority.Credentials()).ShouldNotBeSameAs(runtimes.For("a", endpoint, good));
    }

    [Fact]
    public void Ssh_is_asked_nothing_that_a_person_would_have_to_answer()
    {
        var options = new SshOptions
        {
            ConfigFile = "cfg",
            IdentityFile = "id",
            KnownHostsFile = "known",
            ConnectTimeout = TimeSpan.FromSeconds(2.5),
        };
        var words = new SshTransport(DockerEndpoint.Parse("ssh://ops@engine:2222"), options).Arguments();
        string.Join(' ', words).ShouldBe(
            "-F cfg -T -o BatchMode=yes -o ConnectTimeout=3 -o ServerAliveInterval=15 -o ServerAliveCountMax=3 "
            + "-o ControlMaster=no -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o EscapeChar=none "
            + "-o UserKnownHostsFile=\"known\" -i id -o IdentitiesOnly=yes -p 2222 -l ops -- engine docker system "
            + "dial-stdio");
    }

    [Fact]
    public async Task Who_waits_for_a_login_when_the_end_comes_starts_no_process()
    {
        var options = new SshOptions { Program = "true", ConcurrentLoginsMax = 1 };
        var transport = new SshTransport(DockerEndpoint.Parse("ssh://engine"), options);
        var first = await transport.ConnectAsync(default);
        var second = transport.ConnectAsync(default).AsTask();
        await transport.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(second.WaitAsync(TimeSpan.FromSeconds(30)));
        await Should.ThrowAsync<ObjectDisposedException>(() => transport.ConnectAsync(default).AsTask());
        await first.DisposeAsync();
    }

    [Theory]
    [InlineData("ssh: connect to host e port 22: Connection refused", 255, "no ssh server answers at ssh://ops@e")]
    [InlineData("ssh: connect to host e port 22: Connection timed out", 255, "cannot be reached")]
    [InlineData("ssh: Could not resolve hostname e: Name or service not known", 255,
        "the name e of ssh://ops@e is unk")]
    [InlineData("Welcome\nops@e: Permission denied (publickey).", 255, "refuses the login of ops")]
    [InlineData("bash: line 1: docker: command not found", 127, "there is no docker program at ssh://ops@e")]
    [InlineData("dial unix /var/run/docker.sock: connect: permission denied", 1, "group docker")]
    [InlineData("dial unix /var/run/docker.sock: connect: no such file or directory", 1, "no Docker engine runs there")]
    [InlineData("Connection to e closed by remote host.", 255, "broke off: Connection to e closed by remote host.")]
    [InlineData("", 137, "broke off (exit code 137)")]
    public void What_ssh_wrote_becomes_one_sentence(string words, int code, string sentence) =>
        SshFailures.Sentence(DockerEndpoint.Parse("ssh://ops@e"), words, code).ShouldContain(sentence);
}
