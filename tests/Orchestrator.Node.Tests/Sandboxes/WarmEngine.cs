using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>
/// An engine that can give warm sandboxes away: the one of this machine when it was told of the runtime, else one of
/// the tests' own, in a network of its own, so that it leaves the bridge of the other alone.
/// </summary>
public sealed class WarmEngine : IPodEngine, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-warm-");
    private string _endpoint = DockerFixture.Endpoint;
    private Child? _process;
    private string? _absence;

    /// <summary>What makes an engine one.</summary>
    public static string Script { get; } = Path.GetFullPath(Path.Combine(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(attribute => attribute.Key == "RepositoryRoot").Value!, "deploy", "orc-runtime"));

    public async Task InitializeAsync()
    {
        if (await ServesAsync()) return;
        _absence = WhyNone();
        if (_absence is not null) return;
        _endpoint = $"unix://{_folder.FullName}/s";
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "config.json"), "{}");
        var bridge = string.Create(CultureInfo.InvariantCulture, $"10.241.{Environment.ProcessId % 250}.1/24");
        _process = Child.Start(Child.Find("unshare")!, "--net", "sh", "-c",
            "ip link set lo up && exec dockerd --config-file \"$0/config.json\" --data-root \"$0/root\" "
            + "--exec-root \"$0/run\" --pidfile \"$0/pid\" -H \"unix://$0/s\" --bip \"$1\" --add-runtime \"orc=$2\"",
            _folder.FullName, bridge, Script);
        await Eventually.AsyncTrue("an engine with the runtime answers", async () =>
            _process.HasExited ? throw new InvalidOperationException(_process.Said)
                : await ServesAsync() ? "" : null, so => so is not null);
    }

    public async Task DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Need() => Skip.If(_absence is not null, _absence);

    public DockerRuntime NewRuntime(string nodeLabel) => new(
        _endpoint, nodeLabel, new DockerOptions(), TimeProvider.System, NullLogger<DockerRuntime>.Instance);

    private static string? WhyNone()
    {
        var missing = new[] { "dockerd", "unshare", "ip" }.Where(program => Child.Find(program) is null).ToList();
        if (missing.Count > 0) return $"no engine with the runtime orc, and none can be started: no {missing[0]}";
        return Environment.IsPrivilegedProcess
            ? null : "the engine has no runtime orc, and only root may start another (docs/warm.md)";
    }

    private async Task<bool> ServesAsync()
    {
        try
        {
            await using var runtime = NewRuntime("test/probe");
            if (!(await runtime.DescribeAsync(default)).NamesJoinedHosts) return false;
            await using var client = new DockerClient(
                DockerEndpoint.Parse(_endpoint), new DockerOptions(), TimeProvider.System);
            await DockerFixture.ImportAsync(client);
            return true;
        }
        catch (RuntimeUnavailableException)
        {
            return false;
        }
    }
}
