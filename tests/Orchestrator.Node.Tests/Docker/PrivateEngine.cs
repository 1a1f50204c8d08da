using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Remote;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>
/// A Docker engine of its own, which a test may end, hang and start again: nobody else's containers are on it. Or the
/// reason why there is none.
/// </summary>
public sealed class PrivateEngine : IAsyncLifetime
{
    private const int Kill = 9, Terminate = 15, Continue = 18, Stop = 19;
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);
    private static int _count;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-own-");
    private readonly StringBuilder _said = new();
    private readonly int _number = Interlocked.Increment(ref _count);
    private Process? _engine;

    /// <summary>Settings with which a hung engine is noticed soon.</summary>
    public DockerOptions Options { get; } = new()
    {
        CallTimeout = TimeSpan.FromSeconds(3),
        ConnectTimeout = TimeSpan.FromSeconds(2),
    };

    public string Endpoint => $"unix://{In("engine.sock")}";

    /// <summary>Why it is not there; null when it is.</summary>
    public string? Absence { get; private set; }

    private string Bridge => string.Create(
        CultureInfo.InvariantCulture, $"orcp{System.Environment.ProcessId % 100_000}x{_number}");

    public async Task InitializeAsync()
    {
        if (!System.Environment.IsPrivilegedProcess || Child.Find("dockerd") is null)
        {
            Absence = "an engine of its own needs root and the program dockerd";
            return;
        }
        await RunAsync("ip", "link", "add", Bridge, "type", "bridge");
        var net = (System.Environment.ProcessId + (_number * 83)) % 250;
        await RunAsync("ip", "addr", "add", $"10.214.{net}.1/24", "dev", Bridge);
        await RunAsync("ip", "link", "set", Bridge, "up");
        await StartAsync();
        await using var client = NewClient();
        await DockerFixture.ImportAsync(client);
    }

    public async Task DisposeAsync()
    {
        if (_engine is not null)
        {
            Send(Continue);
            await StopAsync();
        }
        if (Absence is null) await RunAsync("ip", "link", "del", Bridge);
        // An engine whose containers may outlive it leaves its folder mounted.
        var left = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1])
            .Where(path => path.StartsWith(_folder.FullName, StringComparison.Ordinal)).Reverse().ToList();
        foreach (var path in left) await RunAsync("umount", "-l", path);
        _folder.Delete(recursive: true);
    }

    /// <summary>Skips the test where there is none.</summary>
    public void Need() => Skip.If(Absence is not null, Absence);

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="isLiveRestore">Containers outlive it.</param>
    public async Task StartAsync(bool isLiveRestore = false)
    {
        if (_engine is not null) return;
        File.WriteAllText(In("config.json"), "{}");
        string[] more = isLiveRestore ? ["--live-restore"] : [];
        var start = new ProcessStartInfo(Child.Find("dockerd")!,
            ["--data-root", In("root"), "--exec-root", In("exec"), "--pidfile", In("pid"), "--config-file",
                In("config.json"), "-H", Endpoint, "--bridge", Bridge, "--iptables=false", "--ip-masq=false", .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _engine = Process.Start(start)!;
        _engine.OutputDataReceived += Hear;
        _engine.ErrorDataReceived += Hear;
        _engine.BeginOutputReadLine();
        _engine.BeginErrorReadLine();
        await AnswersAsync();
    }

    /// <summary>Ends it; its containers with it, unless they outlive it.</summary>
    public async Task StopAsync()
    {
        Send(Terminate);
        using var deadline = new CancellationTokenSource(EndTimeout);
        try
        {
            await _engine!.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Send(Kill);
            await _engine!.WaitForExitAsync();
        }
        _engine.Dispose();
        _engine = null;
    }

    /// <summary>It takes calls and answers none, until <see cref="GoOn"/>.</summary>
    public void Hang() => Send(Stop);

    public void GoOn() => Send(Continue);

    public DockerRuntime NewRuntime(string nodeLabel) =>
        new(Endpoint, nodeLabel, Options, TimeProvider.System, NullLogger<DockerRuntime>.Instance);

    /// <summary>For looks of the tests themselves, which a slow machine does not fail.</summary>
    public DockerRuntime NewPatientRuntime(string nodeLabel) => new(
        Endpoint, nodeLabel, new DockerOptions(), TimeProvider.System, NullLogger<DockerRuntime>.Instance);

    internal DockerClient NewClient() => new(DockerEndpoint.Parse(Endpoint), new DockerOptions(), TimeProvider.System);

    /// <summary>What the command line of the engine prints.</summary>
    public async Task<string> SayAsync(params string[] arguments)
    {
        var (code, said) = await Child.RunAsync(Child.Find("docker")!, ["-H", Endpoint, .. arguments]);
        if (code != 0) throw new InvalidOperationException($"docker {string.Join(' ', arguments)}: {said}");
        return said;
    }

    /// <summary>Kills the process of a container behind the engine's back.</summary>
    public async Task KillAsync(string id, Func<Task> meanwhile)
    {
        var process = int.Parse(await SayAsync("inspect", "-f", "{{.State.Pid}}", id), CultureInfo.InvariantCulture);
        await meanwhile();
        if (Signal(process, Kill) != 0) throw new InvalidOperationException($"container {id} has died with its engine");
    }

    /// <summary>Where mounts of it or below a folder are, as the engine sees them: other engines have others.</summary>
    public IReadOnlyList<string> Mounts(string folder) =>
        [.. File.ReadLines($"/proc/{_engine!.Id}/mountinfo").Select(line => line.Split(' ')[4]).Where(
            path => path.StartsWith(_folder.FullName, StringComparison.Ordinal)
                || path.StartsWith(folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private async Task AnswersAsync()
    {
        await using var client = NewClient();
        await Eventually.AsyncTrue("the engine answers", async () =>
        {
            if (_engine!.HasExited) throw new InvalidOperationException($"the engine ended: {_said}");
            try
            {
                await client.NegotiateAsync(default);
                return "answers";
            }
            catch (RuntimeUnavailableException why)
            {
                return why.Message;
            }
        }, seen => seen == "answers");
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_said) _said.AppendLine(line.Data);
    }

    private void Send(int signal)
    {
        if (!_engine!.HasExited && Signal(_engine.Id, signal) != 0)
            throw new InvalidOperationException($"signal {signal} does not reach the engine");
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, said) = await Child.RunAsync(program, arguments);
        if (code != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
