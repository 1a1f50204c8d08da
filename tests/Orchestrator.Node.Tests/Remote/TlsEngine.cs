using System.Globalization;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>A Docker engine of its own that listens with mutual TLS only, or the reason why there is none.</summary>
public sealed class TlsEngine : IAsyncLifetime, IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-engine-");
    private readonly TestAuthority _authority = new("test CA");
    private readonly int _port = Child.FreePort();
    private readonly string _bridge =
        string.Create(CultureInfo.InvariantCulture, $"orct{Environment.ProcessId % 100_000_000}");

    private Child? _engine;

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{_port}");

    public EngineCredentials Credentials { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Credentials = _authority.Credentials();
        if (!Environment.IsPrivilegedProcess || Child.Find("dockerd") is not { } program)
        {
            Absence = "a second Docker engine needs root and the program dockerd";
            return;
        }
        var subnet = Environment.ProcessId % 250;
        await RunAsync("ip", "link", "add", _bridge, "type", "bridge");
        await RunAsync("ip", "addr", "add", $"10.213.{subnet}.1/24", "dev", _bridge);
        await RunAsync("ip", "link", "set", _bridge, "up");
        var (certificate, key) = _authority.Engine(["127.0.0.1", "localhost"]);
        _engine = Child.Start(
            program, "--data-root", In("root"), "--exec-root", In("exec"), "--pidfile", In("pid"),
            "--config-file", Write("config.json", "{}"),
            "-H", Endpoint, "--tlsverify", "--tlscacert", Write("ca.pem", _authority.Pem),
            "--tlscert", Write("cert.pem", certificate), "--tlskey", Write("key.pem", key),
            "--bridge", _bridge, "--iptables=false", "--ip-masq=false");
        await AnswersAsync();
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
            await RunAsync("ip", "link", "del", _bridge);
        }
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Why it is not there; null when it is.</summary>
    public string? Absence { get; private set; }

    /// <summary>Skips the test where there is no engine.</summary>
    public void Need() => Skip.If(Absence is not null, Absence);

    private async Task AnswersAsync()
    {
        await using var client = new DockerClient(
            DockerEndpoint.Parse(Endpoint), new DockerOptions(), TimeProvider.System, Credentials);
        string? trouble = null;
        await Eventually.AsyncTrue("the second engine answers", async () =>
        {
            if (_engine!.HasExited) return $"ended: {_engine.Said}";
            try
            {
                await client.NegotiateAsync(default);
                trouble = "answers";
            }
            catch (RuntimeUnavailableException why)
            {
                trouble = why.Message;
            }
            return trouble;
        }, seen => seen == "answers");
        await DockerFixture.ImportAsync(client);
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, said) = await Child.RunAsync(program, arguments);
        if (code != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }
}
