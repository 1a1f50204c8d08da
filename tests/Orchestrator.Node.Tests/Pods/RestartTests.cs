using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Who is started again and who is not, and what is shown of it, on the real engine.</summary>
public sealed class RestartTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    [SkippableFact]
    public async Task A4_Init_containers_go_in_order_beside_a_sidecar_that_returns()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        // Nobody waits until a sidecar has said anything, and it listens before it does.
        var mesh = GivenPod.Shell("mesh", $"trap 'exit 0' TERM; echo mesh >> /h/order; {EnginePods.Forever}") with
        {
            RestartPolicy = "Always",
        };
        await pods.ApplyAsync(pods.Given("many",
            [
                GivenPod.Shell("main", "echo main >> /h/order; until [ -e /h/done ]; do sleep 0.05; done"),
                GivenPod.Shell("adapter", "until [ -e /h/done ]; do sleep 0.05; done"),
            ],
            [
                GivenPod.Shell("one", "sleep 0.3; echo one >> /h/order"), mesh,
                GivenPod.Shell("two", "until grep -q mesh /h/order; do sleep 0.05; done; echo two >> /h/order"),
            ]).With(spec => spec with { RestartPolicy = "Never" }));
        var before = await pods.ReadyAsync("many");
        await pods.ReadsAsync("order", text => text == "one\nmesh\ntwo\nmain\n");
        await pods.KillAsync(before with { ContainerStatuses = before.InitContainerStatuses }, 1);
        var after = await pods.UntilAsync("many", status => status.InitContainerStatuses[1].RestartCount == 1
            && EnginePods.IsReady(status));
        after.InitContainerStatuses.Select(status => status.RestartCount).ShouldBe([0, 1, 0]);
        after.ContainerStatuses.Select(status => status.ContainerID)
            .ShouldBe(before.ContainerStatuses.Select(status => status.ContainerID));
        File.WriteAllText(Path.Combine(pods.Shared, "done"), "");
        (await pods.UntilAsync("many", status => status.Phase == "Succeeded"))
            .InitContainerStatuses[1].State!.Terminated.ShouldNotBeNull();
    }

    [SkippableFact]
    public async Task A5_Ends_are_shown_with_code_and_reason()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        Pod Never(string name, Container container) =>
            pods.Given(name, [container]).With(spec => spec with { RestartPolicy = "Never" });
        await pods.ApplyAsync(
            Never("good", GivenPod.Shell("c", "exit 0")), Never("bad", GivenPod.Shell("c", "exit 3")),
            Never("killed", GivenPod.Shell("c", "sh -c 'kill -9 $PPID'; sleep 0.2; exec sh -c 'exit 137'")),
            Never("none", GivenPod.Shell("c", "") with { Command = ["/no/such/program"] }));
        await EndsAsync(pods, "good", "Succeeded", 0, "Completed");
        await EndsAsync(pods, "bad", "Failed", 3, "Error");
        (await EndsAsync(pods, "killed", "Failed", 137, "Error")).Signal.ShouldBe(9);
        var none = await EndsAsync(pods, "none", "Failed", null, "ContainerCannotRun");
        none.Message!.ShouldContain("no such file or directory");
        none.ExitCode.ShouldBeOneOf(127, 128);
    }

    [SkippableFact]
    public async Task A5_A_pod_that_runs_too_long_has_failed()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        await pods.ApplyAsync(pods.Given(
            "late", [GivenPod.Shell("c", $"trap 'exit 0' TERM; echo x > /h/up; {EnginePods.Forever}")]));
        var began = (await pods.ReadyAsync("late")).StartTime!.Value;
        await pods.ReadsAsync("up", text => text == "x\n");
        // However long its start took, the deadline is still to come, and nothing else wakes the node then.
        var ran = (long)(TimeProvider.System.GetUtcNow() - began).TotalSeconds;
        await pods.Cluster.ChangeAsync(
            "late", pod => pod.With(spec => spec with { ActiveDeadlineSeconds = ran + 2 }));
        var status = await pods.UntilAsync("late", status => status.Phase == "Failed");
        (status.Reason, status.Message).ShouldBe(
            ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline"));
        status.ContainerStatuses[0].State!.Terminated!.Reason.ShouldBe("Completed");
        pods.Cluster.Events.ShouldContain("late  Normal DeadlineExceeded: "
            + "Pod was active on the node longer than the specified deadline");
        var late = pods.Cluster.Find("late")!;
        await Eventually.AsyncTrue(
            "its sandbox is stopped", async () => $"{await pods.CountAsync(late)}", left => left == "0");
    }

    [SkippableFact]
    public async Task B1_Crashes_are_waited_out_within_the_bounds_of_the_node()
    {
        await using var pods = await EnginePods.StartAsync(docker, options => options with
        {
            ContainerRestartPeriodMax = TimeSpan.FromSeconds(1),
        });
        await pods.ApplyAsync(pods.Given("loop", [GivenPod.Shell("c", "exit 1")]));
        var waiting = await pods.UntilAsync(
            "loop", status => status.ContainerStatuses is [{ State.Waiting.Reason: "CrashLoopBackOff" }]);
        waiting.Phase.ShouldBe("Running");
        waiting.ContainerStatuses[0].State!.Waiting!.Message!.ShouldStartWith(
            "back-off 1s restarting failed container=c");
        waiting.ContainerStatuses[0].LastState!.Terminated!.Reason.ShouldBe("Error");
        // Three times 10 s and more with the usual bounds.
        await pods.UntilAsync("loop", status => status.ContainerStatuses is [{ RestartCount: >= 4 }]);
    }

    [SkippableFact]
    public async Task B7_A_restart_keeps_address_host_name_and_files()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var container = GivenPod.Shell(
            "c", "hostname >> /h/names; echo x >> /own/x; cat /own/x > /h/own; " + EnginePods.Forever) with
        {
            VolumeMounts = [new() { Name = "own", MountPath = "/own" }],
        };
        await pods.ApplyAsync(pods.Given("same", [container]).With(spec => spec with
        {
            Volumes = [.. spec.Volumes, new Volume { Name = "own", EmptyDir = new() }],
        }));
        var before = await pods.ReadyAsync("same");
        await pods.ReadsAsync("own", text => text == "x\n");
        await pods.KillAsync(before, 0);
        var after = await pods.UntilAsync(
            "same", status => EnginePods.IsReady(status) && status.ContainerStatuses[0].RestartCount == 1);
        after.PodIP.ShouldBe(before.PodIP);
        await pods.ReadsAsync("own", text => text == "x\nx\n");
        pods.Read("names").ShouldBe("same\nsame\n");
        (after.ContainerStatuses[0].LastState!.Terminated!.ExitCode).ShouldBe(137);
    }

    [SkippableFact]
    public async Task B8_Containers_follow_their_own_policies_and_rules()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var codes = GivenPod.Shell(
            "codes", "[ -e /h/second ] && exit 1; echo x > /h/second; exit 42") with
        {
            RestartPolicy = "Never",
            RestartPolicyRules = [new() { Action = "Restart", ExitCodes = new() { Operator = "In", Values = [42] } }],
        };
        await pods.ApplyAsync(
            pods.Given("rules", [codes, GivenPod.Shell("still", "exit 0")])
                .With(spec => spec with { RestartPolicy = "Never" }),
            pods.Given("own",
                [
                    GivenPod.Shell("stays", "exit 5") with { RestartPolicy = "Never" },
                    GivenPod.Shell("returns", "[ -e /h/r ] && sleep 1000; echo x > /h/r; exit 5") with
                    {
                        RestartPolicy = "OnFailure",
                    },
                ]));
        var ended = await pods.UntilAsync("rules", status => status.Phase == "Failed");
        ended.ContainerStatuses.Select(status => (status.RestartCount, status.State!.Terminated!.ExitCode))
            .ShouldBe([(1, 1), (0, 0)]);
        var mixed = await pods.UntilAsync("own", status => status.ContainerStatuses is
            [{ State.Terminated: not null }, { RestartCount: 1, State.Running: not null }]);
        (mixed.Phase, mixed.ContainerStatuses[0].RestartCount).ShouldBe(("Running", 0));
    }

    [SkippableFact]
    public async Task B9_A_failed_init_container_is_retried_or_fails_the_pod()
    {
        await using var pods = await EnginePods.StartAsync(docker);
        var main = GivenPod.Shell("main", "echo main >> /h/ran");
        await pods.ApplyAsync(
            pods.Given("never", [main], [GivenPod.Shell("i", "exit 2")])
                .With(spec => spec with { RestartPolicy = "Never" }),
            pods.Given("own", [main], [GivenPod.Shell("i", "exit 2") with { RestartPolicy = "Never" }]),
            pods.Given("retry", [GivenPod.Shell("main", EnginePods.Forever)],
                [GivenPod.Shell("i", "[ -e /h/i ] && exit 0; echo x > /h/i; exit 1")]));
        foreach (var name in (string[])["never", "own"])
        {
            var failed = await pods.UntilAsync(name, status => status.Phase == "Failed");
            failed.InitContainerStatuses[0].State!.Terminated!.ExitCode.ShouldBe(2);
            failed.ContainerStatuses[0].State!.Waiting!.Reason.ShouldBe("PodInitializing");
        }
        (await pods.ReadyAsync("retry")).InitContainerStatuses[0].RestartCount.ShouldBe(1);
        pods.Read("ran").ShouldBe("");
    }

    private static async Task<ContainerStateTerminated> EndsAsync(
        EnginePods pods, string name, string phase, int? code, string reason)
    {
        var status = await pods.UntilAsync(name, status => status.Phase is "Succeeded" or "Failed");
        var end = status.ContainerStatuses[0].State!.Terminated!;
        (status.Phase, code is null ? (int?)null : end.ExitCode, end.Reason).ShouldBe((phase, code, reason), name);
        return end;
    }
}
