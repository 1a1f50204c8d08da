using System.Diagnostics;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>How pods end when they are deleted, on the real engine.</summary>
public sealed class TerminationTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    // Says when it is up and when it is asked to end, and goes on.
    private const string Stubborn =
        "trap 'echo term >> /h/$F' TERM; echo up >> /h/$F; while true; do sleep 0.05; done";

    // Such an end lasts until the test has seen what it is to see.
    private const string UntilLetGo = "until [ -e /h/go ]; do sleep 0.05; done";

    [SkippableFact]
    public async Task A8_A_hook_that_overruns_gets_two_seconds_more_and_TERM_in_between()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        await pods.ApplyAsync(pods.Given("over", [Hooked(Writer("over", Stubborn), "sleep 60")]));
        await pods.ReadsAsync("over", text => text == "up\n");
        var watch = Stopwatch.StartNew();
        await pods.Cluster.DeleteAsync("over", 2);
        await pods.ReadsAsync("over", text => text == "up\nterm\n");
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(1.9));
        await pods.GoneAsync("over");
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(3.9));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(50), "nobody waits for the hook's minute");
        pods.Cluster.Phases.ShouldContain("over Failed");
    }

    [SkippableFact]
    public async Task B3_The_grace_includes_the_hook_and_a_second_delete_shortens_it()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        await pods.ApplyAsync(
            pods.Given("hooked", [Hooked(Writer("hooked", Stubborn), "sleep 2")]),
            pods.Given("long", [Hooked(Writer("long", Stubborn), "echo hook >> /h/long; sleep 60")]));
        await pods.ReadsAsync("hooked", text => text == "up\n");
        await pods.ReadsAsync("long", text => text == "up\n");
        var watch = Stopwatch.StartNew();
        await pods.Cluster.DeleteAsync("hooked", 5);
        await pods.Cluster.DeleteAsync("long", 300);
        await pods.ReadsAsync("long", text => text == "up\nhook\n");
        await pods.Cluster.DeleteAsync("long", 600);
        await pods.Cluster.DeleteAsync("long", 1);
        await pods.GoneAsync("long");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(250));
        pods.Read("long").ShouldBe("up\nhook\nterm\n", "a hook is run once, however often the stop is asked for");
        await pods.GoneAsync("hooked");
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(4.9));
        pods.Read("hooked").ShouldBe("up\nterm\n");
    }

    [SkippableFact]
    public async Task B3_The_signal_of_the_container_asks_it_to_end()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var own = Writer("own", "trap 'echo usr1 >> /h/$F; exit 0' USR1; trap 'echo term >> /h/$F' TERM; "
            + "echo up >> /h/$F; while true; do sleep 0.05; done") with
        {
            Lifecycle = new() { StopSignal = "SIGUSR1" },
        };
        await pods.ApplyAsync(pods.Given("own", [own]));
        await pods.ReadsAsync("own", text => text == "up\n");
        (await pods.ReadyAsync("own")).ContainerStatuses[0].StopSignal.ShouldBe("SIGUSR1");
        await pods.Cluster.DeleteAsync("own", 20);
        await pods.GoneAsync("own");
        pods.Read("own").ShouldBe("up\nusr1\n");
    }

    [SkippableFact]
    public async Task A8_A_pod_that_nobody_knows_any_more_is_told_by_its_hook_too()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var pod = pods.Given("lost", [Hooked(Writer("lost", Polite("echo term >> /h/$F")), "echo hook >> /h/lost")]);
        await pods.ApplyAsync(pod);
        await pods.ReadsAsync("lost", text => text == "up\n");
        await pods.Cluster.StopAgentAsync();
        await pods.Cluster.ForgetAsync("lost");
        await pods.Cluster.StartAgentAsync();
        await Eventually.AsyncTrue(
            "it is gone", async () => $"{await pods.CountAsync(pod)}", left => left == "0");
        pods.Read("lost").ShouldBe("up\nhook\nterm\n");
    }

    [SkippableFact]
    public async Task A8_An_interrupted_termination_is_retried_with_the_full_grace()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        await pods.ApplyAsync(pods.Given("kept", [Writer("kept", Stubborn)]));
        await pods.ReadsAsync("kept", text => text == "up\n");
        // So long that it is not over before the node is stopped.
        await pods.Cluster.DeleteAsync("kept", 10);
        await pods.ReadsAsync("kept", text => text == "up\nterm\n");
        await pods.Cluster.StopAgentAsync();
        var watch = Stopwatch.StartNew();
        await pods.Cluster.StartAgentAsync();
        await pods.ReadsAsync("kept", text => text == "up\nterm\nterm\n");
        await pods.GoneAsync("kept");
        watch.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(9.9));
        pods.Cluster.Phases.ShouldContain("kept Failed");
    }

    [SkippableFact]
    public async Task B4_A_forced_delete_frees_the_name_while_the_old_pod_still_ends()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var lingers = Writer("old", Polite($"echo term >> /h/$F; {UntilLetGo}"));
        var old = pods.Given("same", [lingers]).With(spec => spec with { TerminationGracePeriodSeconds = 300 });
        await pods.ApplyAsync(old);
        await pods.ReadsAsync("old", text => text == "up\n");
        await pods.Cluster.ForgetAsync("same");
        var next = pods.Given("same", [Writer("next", EnginePods.Forever)]);
        await pods.ApplyAsync(next);
        await pods.ReadyAsync("same");
        (await pods.CountAsync(old)).ShouldBe(2, "both run");
        pods.Cluster.Find("same")!.Metadata.Uid.ShouldBe(next.Metadata.Uid);
        LetGo(pods);
        await Eventually.AsyncTrue(
            "the old one is gone", async () => $"{await pods.CountAsync(old)}", left => left == "0");
        pods.Read("old").ShouldBe("up\nterm\n");
        (await pods.CountAsync(next)).ShouldBe(2);
    }

    [SkippableFact]
    public async Task B6_Deleted_pods_end_before_they_go()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        await pods.ApplyAsync(
            pods.Given("polite", [Writer("polite", Polite("true"))]), pods.Given("deaf", [Writer("deaf", Stubborn)]),
            pods.Given("code", [Writer("code", Polite("true").Replace("exit 0", "exit 9"))]));
        foreach (var name in (string[])["polite", "deaf", "code"]) await pods.ReadsAsync(name, text => text == "up\n");
        foreach (var name in (string[])["polite", "code"]) await pods.Cluster.DeleteAsync(name, 300);
        await pods.Cluster.DeleteAsync("deaf", 1);
        foreach (var name in (string[])["polite", "deaf", "code"]) await pods.GoneAsync(name);
        pods.Cluster.Phases.Where(text => !text.EndsWith("Running") && !text.EndsWith("Pending")).Order().ShouldBe(
            ["code Failed", "code gone", "deaf Failed", "deaf gone", "polite Succeeded", "polite gone"]);
    }

    [SkippableFact]
    public async Task B10_Sidecars_are_told_at_once_and_asked_to_end_after_the_others_in_reverse_order()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        Container Sidecar(string name) => Hooked(Ends(name, "exit 7"), $"echo hook >> /h/hook-{name}") with
        {
            RestartPolicy = "Always",
        };
        await pods.ApplyAsync(pods.Given(
            "side", [Ends("main", "exit 0", UntilLetGo)], [Sidecar("first"), Sidecar("second")]));
        await pods.ReadyAsync("side");
        foreach (var name in (string[])["main", "first", "second"])
        {
            await pods.ReadsAsync($"up-{name}", text => text != "");
        }
        await pods.Cluster.DeleteAsync("side", 300);
        await pods.ReadsAsync("hook-first", text => text != "");
        await pods.ReadsAsync("hook-second", text => text != "");
        pods.Read("order").ShouldBe("", "hooks of sidecars wait for nobody");
        LetGo(pods);
        await pods.GoneAsync("side");
        pods.Read("order").ShouldBe("main\nsecond\nfirst\n");
        pods.Cluster.Phases.ShouldContain("side Succeeded", "codes of sidecars do not count");
    }

    [SkippableFact]
    public async Task B10_Sidecars_do_not_keep_a_pod_that_has_done_its_work()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var sidecar = Ends("mesh", "exit 7") with { RestartPolicy = "Always" };
        var main = GivenPod.Shell("main", "until [ -e /h/up-mesh ]; do sleep 0.05; done; echo main >> /h/order");
        await pods.ApplyAsync(pods.Given("job", [main], [sidecar]).With(spec => spec with { RestartPolicy = "Never" }));
        var status = await pods.UntilAsync("job", status => status.Phase == "Succeeded");
        status.InitContainerStatuses[0].State!.Terminated!.ExitCode.ShouldBe(7);
        pods.Read("order").ShouldBe("main\nmesh\n");
    }

    // Does something else before it ends.
    private static Container Ends(string name, string how, string before = "true") => GivenPod.Shell(name,
        $"trap '{before}; echo {name} >> /h/order; {how}' TERM; echo x > /h/up-{name}; "
        + "while true; do sleep 0.05; done");

    private static string Polite(string lastly) =>
        $"trap '{lastly}; exit 0' TERM; echo up >> /h/$F; while true; do sleep 0.05; done";

    private static void LetGo(EnginePods pods) => File.WriteAllText(Path.Combine(pods.Shared, "go"), "");

    private static Container Writer(string file, string script) =>
        GivenPod.Shell("c", script) with { Env = [new() { Name = "F", Value = file }] };

    private static Container Hooked(Container container, string script) => container with
    {
        Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["/bin/sh", "-c", script] } } },
    };
}
