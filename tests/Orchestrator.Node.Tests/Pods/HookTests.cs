using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What is done right after the start and before the end of containers, on the real engine.</summary>
public sealed class HookTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    private const string Server = """
        #!/bin/sh
        cr=$(printf '\r')
        while read line; do
          line=${line%$cr}
          [ -z "$line" ] && break
          echo "$line" >> /h/got
        done
        printf 'HTTP/1.1 503 Busy\r\n\r\n'
        """;

    [SkippableFact]
    public async Task A7_Post_start_comes_before_ready_and_before_the_next_container()
    {
        await using var pods = await EnginePods.StartAsync(docker, options => options with { ProgressDelay = default });
        var first = GivenPod.Shell("a", "echo a >> /h/order; " + EnginePods.Forever) with
        {
            Lifecycle = new() { PostStart = Command("until [ -e /h/go ]; do sleep 0.05; done; echo hook >> /h/order") },
        };
        await pods.ApplyAsync(
            pods.Given("hooked", [first, GivenPod.Shell("b", "echo b >> /h/order; " + EnginePods.Forever)]));
        await pods.EventAsync("Started container a");
        await pods.ReadsAsync("order", text => text == "a\n");
        var waiting = await pods.UntilAsync("hooked", status => status.ContainerStatuses.Count == 2);
        waiting.Phase.ShouldBe("Pending", pods.Cluster.Show("hooked"));
        waiting.ContainerStatuses.ShouldAllBe(
            status => status.State!.Waiting!.Reason == "ContainerCreating" && status.Started == false && !status.Ready);
        File.WriteAllText(Path.Combine(pods.Shared, "go"), "");
        await pods.ReadyAsync("hooked");
        await pods.ReadsAsync("order", text => text == "a\nhook\nb\n");
    }

    [SkippableFact]
    public async Task A7_A_failed_post_start_stops_the_container_which_starts_again()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        // It listens before its hook fails.
        var fails = GivenPod.Shell("c", $"trap 'exit 0' TERM; echo x > /h/up; {EnginePods.Forever}") with
        {
            Lifecycle = new()
            {
                PostStart = Command("[ -e /h/second ] && exit 0; until [ -e /h/up ]; do sleep 0.05; done; "
                    + "echo x > /h/second; echo secret; exit 3"),
                PreStop = Command("echo stopped >> /h/order"),
            },
        };
        var never = GivenPod.Shell("c", EnginePods.Forever.Replace("exit 0", "exit 4")) with
        {
            Lifecycle = new() { PostStart = new() { TcpSocket = new() { Port = 80 } } },
        };
        await pods.ApplyAsync(pods.Given("again", [fails]),
            pods.Given("never", [never])
                .With(spec => spec with { RestartPolicy = "Never", TerminationGracePeriodSeconds = 2 }));
        var status = await pods.UntilAsync("again",
            status => EnginePods.IsReady(status) && status.ContainerStatuses[0].RestartCount == 1);
        status.ContainerStatuses[0].LastState!.Terminated!.ExitCode.ShouldBe(0);
        pods.Cluster.Events.ShouldContain(
            "again spec.containers{c} Warning FailedPostStartHook: PostStartHook failed");
        pods.Cluster.Events.ShouldContain("again spec.containers{c} Normal Killing: FailedPostStartHook");
        pods.Cluster.Events.ShouldNotContain(text => text.Contains("secret"));
        pods.Cluster.Explanations.ShouldContain(text => text.Contains(
            "Exec lifecycle hook ([/bin/sh -c") && text.Contains("exited with 3: secret"));
        pods.Read("order").ShouldBe("stopped\n", "a container that is stopped is told, whoever stops it");
        var failed = await pods.UntilAsync("never", status => status.Phase == "Failed");
        failed.ContainerStatuses[0].State!.Terminated.ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task A7_Http_hooks_reach_the_pod_and_any_answer_will_do()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        await File.WriteAllTextAsync(Path.Combine(pods.Shared, "serve"), Server);
        File.SetUnixFileMode(Path.Combine(pods.Shared, "serve"), (UnixFileMode)0b111_101_101);
        var server = GivenPod.Shell(
            "server", "nc -ll -p 8080 -e /h/serve & echo up > /h/up; " + EnginePods.Forever) with
        {
            Lifecycle = new() { PostStart = Command("until grep -q 1F90 /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done") },
        };
        var client = GivenPod.Shell("client", EnginePods.Forever) with
        {
            Ports = [new() { Name = "web", ContainerPortValue = 8080 }],
            Lifecycle = new()
            {
                PostStart = new()
                {
                    HttpGet = new()
                    {
                        Path = "/hello?a=b",
                        Port = 8080,
                        HttpHeaders = [new() { Name = "X-From", Value = "hook" }],
                    },
                },
                PreStop = new() { HttpGet = new() { Path = "bye", Port = "web" } },
            },
        };
        await pods.ApplyAsync(pods.Given("talk", [server, client]));
        var status = await pods.ReadyAsync("talk");
        pods.Read("got").ShouldBe($"GET /hello?a=b HTTP/1.1\nHost: {status.PodIP}:8080\n"
            + "User-Agent: kube-lifecycle/1.32\nAccept: */*\nX-From: hook\nConnection: close\n");
        await pods.Cluster.DeleteAsync("talk", 5);
        await pods.GoneAsync("talk");
        // Both are asked to end at once, so the server may be gone before the client's hook comes.
        (pods.Read("got").Contains("GET /bye HTTP/1.1\n")
            || pods.Cluster.Events.Contains("talk spec.containers{client} Warning FailedPreStopHook: PreStopHook failed"))
            .ShouldBeTrue(pods.Read("got"));
        pods.Cluster.Explanations.ShouldNotContain(text => text.Contains("couldn't find port"));
    }

    [SkippableFact]
    public async Task A7_A_post_start_that_nobody_answers_fails()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        Container With(string name, HTTPGetAction get) => GivenPod.Shell(name, EnginePods.Forever) with
        {
            Lifecycle = new() { PostStart = new() { HttpGet = get } },
        };
        await pods.ApplyAsync(
            pods.Given("silent", [With("c", new() { Path = "/", Port = 8081 })])
                .With(spec => spec with { RestartPolicy = "Never", TerminationGracePeriodSeconds = 2 }),
            pods.Given("nameless", [With("c", new() { Path = "/", Port = "web" })])
                .With(spec => spec with { RestartPolicy = "Never", TerminationGracePeriodSeconds = 2 }));
        await pods.UntilAsync("silent", status => status.Phase is "Failed" or "Succeeded");
        await pods.UntilAsync("nameless", status => status.Phase is "Failed" or "Succeeded");
        pods.Cluster.Events.Count(text => text.EndsWith("FailedPostStartHook: PostStartHook failed")).ShouldBe(2);
        pods.Cluster.Explanations.ShouldContain(text => text.Contains("connection refused"));
        pods.Cluster.Explanations.ShouldContain(text => text.Contains("couldn't find port: web"));
    }

    [SkippableFact]
    public async Task A7_Pre_stop_comes_before_TERM_and_its_failure_is_told()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        Container Ends(string file, LifecycleHandler hook) => GivenPod.Shell(
            "c", $"trap 'echo term >> /h/{file}; exit 0' TERM; echo up >> /h/{file}; while true; do sleep 0.05; done") with
        {
            Lifecycle = new() { PreStop = hook },
        };
        await pods.ApplyAsync(
            pods.Given("good", [Ends("good", Command("sleep 0.5; echo hook >> /h/good"))]),
            pods.Given("bad", [Ends("bad", Command("echo hook >> /h/bad; exit 1"))]),
            pods.Given("slept", [Ends("slept", new() { Sleep = new() { Seconds = 1 } })]));
        foreach (var name in (string[])["good", "bad", "slept"]) await pods.ReadsAsync(name, text => text == "up\n");
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(pods.Cluster.DeleteAsync("good"), pods.Cluster.DeleteAsync("bad"),
            pods.Cluster.DeleteAsync("slept"));
        await pods.GoneAsync("slept");
        TimeProvider.System.GetElapsedTime(began).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
        await pods.GoneAsync("good");
        await pods.GoneAsync("bad");
        (pods.Read("good"), pods.Read("bad"), pods.Read("slept"))
            .ShouldBe(("up\nhook\nterm\n", "up\nhook\nterm\n", "up\nterm\n"));
        pods.Cluster.Events.Where(text => text.Contains("FailedPreStopHook")).ShouldBe(
            ["bad spec.containers{c} Warning FailedPreStopHook: PreStopHook failed"]);
    }

    [SkippableFact]
    public async Task A7_Pre_stop_is_not_run_when_the_container_ended_by_itself()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var ends = GivenPod.Shell("c", "exit 0") with
        {
            Lifecycle = new() { PreStop = Command("echo hook >> /h/run") },
        };
        await pods.ApplyAsync(pods.Given("ends", [ends]).With(spec => spec with { RestartPolicy = "Never" }));
        await pods.UntilAsync("ends", status => status.Phase == "Succeeded");
        await pods.Cluster.DeleteAsync("ends");
        await pods.GoneAsync("ends");
        pods.Read("run").ShouldBe("");
        pods.Cluster.Events.ShouldNotContain(text => text.Contains("Killing"));
    }

    private static LifecycleHandler Command(string script) =>
        new() { Exec = new() { Command = ["/bin/sh", "-c", script] } };
}
