using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>What containers of a pod share and what pods do not, on a real engine; alike for cold and warm.</summary>
public abstract class PodSandboxTests(IPodEngine engine, WarmSetting setting) : IAsyncLifetime
{
    protected const string Forever = "trap 'exit 0' TERM; while true; do sleep 0.1; done";

    // Its first instruction, and what tells one namespace from another.
    private const string Look = "hostname; cat /etc/hostname; echo $HOSTNAME; for n in net ipc uts pid; do "
        + "ls -l /proc/self/ns/$n | grep -o \"$n:.*\"; done; grep -c \"$HOSTNAME\" /etc/hosts; "
        + "ip addr show eth0 | grep -o 'inet [0-9.]*'; echo .; ";

    private static int _count;

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("pods");
    private readonly string _label =
        $"test/{setting}-{Environment.ProcessId}-{Environment.TickCount64}-{Interlocked.Increment(ref _count)}";

    private readonly TaskCompletionSource _mayRemove = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected TestCluster Cluster { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Cluster = new TestCluster(NewHeld, new NodeAgentOptions
        {
            NodeName = "node-1",
            HostIP = "10.9.8.7",
            DataDirectory = _files.FullName,
            WarmSandboxes = setting,
            ProgressDelay = TimeSpan.FromSeconds(30),
        }, TimeProvider.System);
        return Task.CompletedTask;
    }

    private IContainerRuntime NewHeld() => HeldRemovals.Before(engine.NewRuntime(_label), _mayRemove.Task);

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await using var runtime = engine.NewRuntime(_label);
        try
        {
            foreach (var left in await runtime.ListAsync(default)) await runtime.RemoveAsync(left.Id, default);
        }
        catch (RuntimeUnavailableException)
        {
            // Without an engine the test was skipped, and has left nothing.
        }
        _files.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task A1_Containers_of_a_pod_share_network_IPC_and_host_name()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("pair",
            GivenPod.Shell("a", Look + "while true; do echo hello | nc -l -p 8080; done"),
            GivenPod.Shell("b", Look + "until nc 127.0.0.1 8080 < /dev/null > /tmp/x 2> /tmp/y && [ -s /tmp/x ]; "
                + "do sleep 0.1; done; cat /tmp/x; " + Forever)));
        var status = await ReadyAsync("pair");
        var a = await SaidAsync("pair", 0, ".\n");
        var b = await SaidAsync("pair", 1, "hello\n");
        a[..3].ShouldBe(["pair", "pair", "pair"], "host name, /etc/hostname and HOSTNAME");
        b[..3].ShouldBe(["pair", "pair", "pair"]);
        (b[3], b[4]).ShouldBe((a[3], a[4]), "network and IPC");
        b[6].ShouldNotBe(a[6], "processes");
        (a[7], a[8]).ShouldBe(("1", $"inet {status.PodIP}"));
        b[8].ShouldBe(a[8]);
        b[^1].ShouldBe("hello");
    }

    [SkippableFact]
    public async Task A1_Pods_are_isolated_from_each_other_and_A2_have_addresses_of_their_own()
    {
        await StartAsync();
        string[] names = ["one", "two", "three"];
        foreach (var name in names) await Cluster.ApplyAsync(GivenPod.Of(name, GivenPod.Shell("a", Look + Forever)));
        var addresses = new List<string>();
        var spaces = new List<string>();
        foreach (var name in names)
        {
            addresses.Add((await ReadyAsync(name)).PodIP!);
            var said = await SaidAsync(name, 0, ".\n");
            said[0].ShouldBe(name);
            spaces.AddRange(said[3..7]);
        }
        addresses.ShouldBeUnique();
        spaces.ShouldBeUnique();
    }

    [SkippableFact]
    public async Task A1_Processes_are_shared_when_asked_for_and_a_host_name_may_be_another()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("open",
            GivenPod.Shell("a", "hostname; " + Forever),
            GivenPod.Shell("b", "until ps > /tmp/seen && grep -q '[h]ostname; trap' /tmp/seen; do sleep 0.1; done; "
                + "cat /tmp/seen; echo .; " + Forever))
            .With(spec => spec with { ShareProcessNamespace = true, Hostname = "said" }));
        await ReadyAsync("open");
        (await SaidAsync("open", 0, "\n"))[0].ShouldBe("said");
        var seen = string.Join('\n', await SaidAsync("open", 1, ".\n"));
        seen.ShouldContain("/pause");
        seen.ShouldContain("hostname; trap");
    }

    [SkippableFact]
    public async Task A2_A_restarted_container_keeps_address_and_host_name_and_a_pod_made_anew_gets_another_address()
    {
        await StartAsync(holdsRemovals: true);
        await Cluster.ApplyAsync(GivenPod.Of("web", GivenPod.Shell("a", Look + Forever)));
        var before = await ReadyAsync("web");
        await using var runtime = engine.NewRuntime(_label);
        await runtime.StopAsync(IdOf(before), TimeSpan.Zero, "KILL", default);
        var after = await UntilAsync("web", status => status.ContainerStatuses[0].RestartCount == 1 && IsReady(status));
        after.PodIP.ShouldBe(before.PodIP);
        var said = await SaidAsync("web", 0, ".\n");
        said[..3].ShouldBe(["web", "web", "web"]);
        said[8].ShouldBe($"inet {before.PodIP}");
        await Cluster.DeleteAsync("web", 1);
        await Eventually.AsyncTrue("the object goes", () => Task.FromResult(Cluster.Find("web") is null ? "" : null),
            gone => gone is not null);
        await Cluster.ApplyAsync(GivenPod.Of("web", GivenPod.Shell("a", Look + Forever)));
        // An engine gives the least address that is free: that of the first is not while its sandbox is there.
        (await ReadyAsync("web")).PodIP.ShouldNotBe(before.PodIP);
        _mayRemove.SetResult();
        await Eventually.AsyncTrue("the containers of the first are removed", async () =>
            (await runtime.ListAsync(default)).Where(seen => !IsWaiting(seen)).Select(seen => seen.Name).ToList(),
            names => names!.Count == 2);
    }

    [SkippableFact]
    public async Task A1_A_command_that_is_not_there_is_told_in_the_words_of_the_runtime()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("none", GivenPod.Shell("a", "") with { Command = ["nosuch"] })
            .With(spec => spec with { RestartPolicy = "Never" }));
        var status = await UntilAsync("none", status => status.Phase == "Failed");
        status.ContainerStatuses[0].State!.Terminated!.Message!.ShouldContain(
            "exec: \"nosuch\": executable file not found in $PATH");
    }

    protected async Task StartAsync(bool holdsRemovals = false)
    {
        engine.Need();
        if (!holdsRemovals) _mayRemove.SetResult();
        await Cluster.StartAgentAsync();
        await FilledAsync();
    }

    /// <summary>Waits until as many sandboxes wait as were asked for.</summary>
    protected async Task<List<ContainerSnapshot>> FilledAsync()
    {
        await using var runtime = engine.NewRuntime(_label);
        return await Eventually.AsyncTrue($"{setting} sandboxes wait", async () =>
            (await runtime.ListAsync(default)).Where(seen => IsWaiting(seen) && seen.Phase == ContainerPhase.Running)
            .ToList(), waiting => waiting!.Count == setting.Fixed);
    }

    protected async Task<IReadOnlyList<ContainerSnapshot>> ListAsync()
    {
        await using var runtime = engine.NewRuntime(_label);
        return await runtime.ListAsync(default);
    }

    protected static bool IsWaiting(ContainerSnapshot seen) => WarmSandbox.IsWaiting(seen.Name, seen.Labels);

    protected Task<PodStatus> ReadyAsync(string name) => UntilAsync(name, IsReady);

    protected async Task<PodStatus> UntilAsync(string name, Func<PodStatus, bool> holds)
    {
        try
        {
            return await Eventually.AsyncTrue($"pod {name}",
                () => Task.FromResult<PodStatus?>(Cluster.Find(name)?.Status ?? new()), status => holds(status!));
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"pod {name} did not get there: {Cluster.Show(name)}", late);
        }
    }

    /// <summary>What a container wrote, by lines, once it has written so much.</summary>
    protected async Task<string[]> SaidAsync(string name, int index, string end)
    {
        var id = IdOf(Cluster.Find(name)!.Status, index);
        await using var runtime = engine.NewRuntime(_label);
        var text = await Eventually.AsyncTrue($"{name} says {end}", async () =>
        {
            using var output = new MemoryStream();
            await runtime.CopyLogsAsync(id, new LogQuery(), output, default);
            return Encoding.UTF8.GetString(output.ToArray());
        }, said => said!.EndsWith(end, StringComparison.Ordinal));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    protected static string IdOf(PodStatus status, int index = 0) =>
        status.ContainerStatuses[index].ContainerID!["docker://".Length..];

    private static bool IsReady(PodStatus status) =>
        status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });
}
