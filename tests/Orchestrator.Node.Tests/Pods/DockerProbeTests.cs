using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;
using Orchestrator.Nodes.Tests.Probes;
using static Orchestrator.Nodes.Tests.Pods.ProbedPods;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Probes and readiness on the real engine.</summary>
public sealed class DockerProbeTests(DockerFixture docker) : IClassFixture<DockerFixture>
{
    [SkippableFact]
    public async Task A6_a_pod_is_ready_when_its_probes_of_any_kind_say_so()
    {
        await using var pods = await StartAsync(docker);
        await using var health = await HealthServer.StartAsync("NOT_SERVING");
        await pods.ApplyAsync(
            GivenPod.Of("exec", Shell("c", "sleep 0.5; touch /tmp/up") with
            {
                ReadinessProbe = Exec("/bin/sh", "-c", "ls /tmp/up"),
            }),
            GivenPod.Of("http", Web("c") with { ReadinessProbe = Http("/well") }),
            GivenPod.Of("missing", Web("c") with { ReadinessProbe = Http("/none") }),
            GivenPod.Of("tcp", GivenPod.Shell("c", "exec nc -ll -p 9000 -e cat") with
            {
                ReadinessProbe = new() { TcpSocket = new() { Port = 9000 }, PeriodSeconds = 1 },
            }),
            GivenPod.Of("grpc", Shell("c", "true") with
            {
                ReadinessProbe = new() { Grpc = new() { Port = health.Port, Service = "s" }, PeriodSeconds = 1 },
            }).With(spec => spec with { HostNetwork = true }));
        foreach (var name in new[] { "exec", "http", "tcp" }) await pods.ReadyAsync(name);
        await pods.EventAsync("grpc spec.containers{c} Warning Unhealthy: Readiness probe failed: "
            + "service unhealthy (responded with \"NOT_SERVING\")");
        IsReady(pods.Cluster.Find("grpc")!.Status).ShouldBeFalse();
        health.Says = "SERVING";
        var ready = await pods.ReadyAsync("grpc");
        (ready.PodIP, health.Asked).ShouldBe(("127.0.0.1", "s"));
        await pods.EventAsync("missing spec.containers{c} Warning Unhealthy: "
            + "Readiness probe failed: HTTP probe failed with statuscode: 404");
        var missing = pods.Cluster.Find("missing")!.Status;
        (IsReady(missing), missing.ContainerStatuses[0].RestartCount).ShouldBe((false, 0));
        foreach (var name in new[] { "exec", "http", "tcp", "grpc" })
            pods.Cluster.Find(name)!.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
    }

    [SkippableFact]
    public async Task B11_a_failed_liveness_restarts_its_container_alone()
    {
        await using var pods = await StartAsync(docker);
        var deaf = GivenPod.Shell("c", "trap '' TERM; touch /tmp/health; while true; do sleep 0.1; done");
        await pods.ApplyAsync(
            // Before they are up they are not asked whether they live.
            GivenPod.Of("exec", deaf with
            {
                StartupProbe = Exec("cat", "/tmp/health") with { FailureThreshold = 300 },
                LivenessProbe = Patient(Exec("cat", "/tmp/health")),
            }, Shell("beside", "true")),
            GivenPod.Of("http", Web("c") with
            {
                StartupProbe = Http("/well") with { FailureThreshold = 300 },
                LivenessProbe = Patient(Http("/well")),
            }),
            GivenPod.Of("well", Shell("c", "true") with { LivenessProbe = Patient(Exec("true")) }));
        foreach (var name in new[] { "exec", "http", "well" }) await pods.ReadyAsync(name);
        await pods.RunAsync("exec", "/bin/busybox", "rm", "/tmp/health");
        await pods.RunAsync("http", "/bin/busybox", "rm", "/tmp/www/well");
        var exec = await pods.UntilAsync("exec", status => status.ContainerStatuses[0].RestartCount == 1);
        exec.ContainerStatuses[0].LastState!.Terminated!.ExitCode.ShouldBe(137, "the probe's grace is short");
        exec.ContainerStatuses[1].RestartCount.ShouldBe(0);
        await pods.UntilAsync("http", status => status.ContainerStatuses[0].RestartCount == 1);
        await pods.EventAsync("exec spec.containers{c} Warning Unhealthy: Liveness probe failed: "
            + "cat: can't open '/tmp/health': No such file or directory");
        await pods.EventAsync(
            "exec spec.containers{c} Normal Killing: Container c failed liveness probe, will be restarted");
        await pods.EventAsync("http spec.containers{c} Warning Unhealthy: "
            + "Liveness probe failed: HTTP probe failed with statuscode: 404");
        await pods.ReadyAsync("exec");
        await pods.ReadyAsync("http");
        pods.Cluster.Find("well")!.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
    }

    [SkippableFact]
    public async Task B11_a_startup_probe_holds_back_the_others()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(
            GivenPod.Of("starts", Shell("c", "true") with
            {
                StartupProbe = Exec("ls", "/tmp/up") with { FailureThreshold = 300 },
                LivenessProbe = Exec("ls", "/tmp/up") with { TimeoutSeconds = 20 },
                ReadinessProbe = Exec("ls", "/tmp/up"),
            }),
            GivenPod.Of("fails", GivenPod.Shell("c", "while true; do sleep 0.1; done") with
            {
                StartupProbe = Exec("false") with { FailureThreshold = 2, TerminationGracePeriodSeconds = 1 },
            }),
            GivenPod.Of("sidecar", GivenPod.Shell("c", "ls /v/up > /dev/termination-log; sleep 0.2") with
            {
                VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
            }).With(spec => spec with
            {
                RestartPolicy = "Never",
                Volumes = [new() { Name = "v", EmptyDir = new() }],
                InitContainers =
                [
                    Shell("mesh", "sleep 1; touch /v/up") with
                    {
                        RestartPolicy = "Always",
                        VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
                        StartupProbe = Exec("ls", "/v/up") with { FailureThreshold = 300 },
                    },
                ],
            }));
        var running = await pods.UntilAsync("starts", status => status.Phase == "Running");
        (running.ContainerStatuses[0].Started, IsReady(running)).ShouldBe((false, false));
        await pods.RunAsync("starts", "/bin/sh", "-c", "touch /tmp/up");
        var ready = await pods.ReadyAsync("starts");
        (ready.ContainerStatuses[0].Started, ready.ContainerStatuses[0].RestartCount).ShouldBe((true, 0));
        await pods.UntilAsync("fails", status => status.ContainerStatuses is [{ RestartCount: > 0 }]);
        await pods.EventAsync(
            "fails spec.containers{c} Normal Killing: Container c failed startup probe, will be restarted");
        var ended = await pods.UntilAsync("sidecar", status => status.Phase is "Succeeded" or "Failed");
        ended.ContainerStatuses[0].State!.Terminated!.Message.ShouldBe("/v/up\n", "it began after the sidecar was up");
    }

    [SkippableFact]
    public async Task B11_commands_end_with_the_timeout_and_need_a_program()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(
            GivenPod.Of("slow", Shell("c", "true") with { ReadinessProbe = Exec("sleep", "30") }),
            GivenPod.Of("none", Shell("c", "true") with { ReadinessProbe = Exec("/no/such/program") }),
            GivenPod.Of("names", Shell("c", "true") with
            {
                Env = [new() { Name = "A", Value = "well" }],
                ReadinessProbe = Exec("/bin/sh", "-c", "[ $(A)$A = wellwell ]") with { TimeoutSeconds = 20 },
            }),
            GivenPod.Of("port", Shell("c", "true") with
            {
                LivenessProbe = new()
                {
                    TcpSocket = new() { Port = "metrics" },
                    PeriodSeconds = 1,
                    FailureThreshold = 1,
                },
            }));
        await pods.EventAsync("slow spec.containers{c} Warning Unhealthy: "
            + "Readiness probe failed: command timed out: \"sleep 30\" timed out after 1s");
        await pods.EventAsync("none spec.containers{c} Warning Unhealthy: Readiness probe ");
        await pods.ReadyAsync("names");
        await pods.EventAsync("port spec.containers{c} Warning Unhealthy: Liveness probe errored and resulted in "
            + "unknown state: strconv.Atoi: parsing \"metrics\": invalid syntax");
        var port = await pods.ReadyAsync("port");
        port.ContainerStatuses[0].RestartCount.ShouldBe(0, "nothing follows from a probe that cannot be asked");
        foreach (var name in new[] { "slow", "none" })
            IsReady(pods.Cluster.Find(name)!.Status).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task B11_the_process_of_a_timed_out_exec_probe_is_killed()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(GivenPod.Of("slow", Shell("c", "true") with
        {
            ReadinessProbe = Exec("/bin/sh", "-c", "echo >> /tmp/begun; sleep 98765 & sleep 98765; true"),
        }));
        await pods.EventAsync("slow spec.containers{c} Warning Unhealthy: Readiness probe failed: command timed out");
        // The shell and two commands of the last look at most, of all that were begun.
        await Eventually.AsyncTrue(
            "four looks, and the processes of one", () => CountAsync(pods),
            seen => seen is { Begun: > 3, Alive: <= 3 });
        pods.Cluster.Find("slow")!.Status.ContainerStatuses[0].RestartCount.ShouldBe(0);
    }

    // With containers that take their time to be up, and machines to answer, but not with those that do not end.
    private static Probe Patient(Probe probe) => probe with
    {
        InitialDelaySeconds = 3,
        TimeoutSeconds = 20,
        TerminationGracePeriodSeconds = 1,
    };

    private static async Task<Looked?> CountAsync(ProbedPods pods)
    {
        var said = await pods.RunAsync(
            "slow", "/bin/sh", "-c", "touch /tmp/begun; grep -c '' /tmp/begun; ps | grep -c '[s]leep 98765'; true");
        var counts = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        return new Looked(counts[0], counts[1]);
    }

    [SkippableFact]
    public async Task B12_ready_follows_the_probe_there_and_back()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(GivenPod.Of("web", Web("a") with
        {
            ReadinessProbe = Http("/well") with { TimeoutSeconds = 20 },
        }, Shell("b", "true")));
        var ready = await pods.ReadyAsync("web");
        var writes = pods.Cluster.Writes("web");
        await pods.RunAsync("web", "/bin/busybox", "mv", "/tmp/www/well", "/tmp/www/ill");
        var unready = await pods.UntilAsync("web", status => !IsReady(status));
        foreach (var type in new[] { "Ready", "ContainersReady" })
        {
            var condition = unready.Conditions.Single(condition => condition.Type == type);
            (condition.Reason, condition.Message).ShouldBe(
                ("ContainersNotReady", "containers with unready status: [a]"));
        }
        unready.ContainerStatuses.Select(status => status.Ready).ShouldBe([false, true]);
        await pods.RunAsync("web", "/bin/busybox", "mv", "/tmp/www/ill", "/tmp/www/well");
        var again = await pods.ReadyAsync("web");
        again.ContainerStatuses[0].ContainerID.ShouldBe(ready.ContainerStatuses[0].ContainerID);
        pods.Cluster.Writes("web").ShouldBe(writes + 2, "one for each change");
        foreach (var type in new[] { "PodScheduled", "Initialized", "PodReadyToStartContainers" })
            Since(again, type).ShouldBe(Since(ready, type), type);
        Since(again, "Ready").ShouldNotBe(Since(ready, "Ready"));
    }

    [SkippableFact]
    public async Task B12_a_node_that_starts_anew_keeps_what_is_ready()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(GivenPod.Of("web", Web("c") with
        {
            StartupProbe = Http("/well") with { FailureThreshold = 300 },
            ReadinessProbe = Http("/well") with { TimeoutSeconds = 20 },
            // It is to be seen unready, so it is not restarted meanwhile.
            LivenessProbe = Http("/well") with { FailureThreshold = 300 },
        }));
        var before = await pods.ReadyAsync("web");
        var writes = pods.Cluster.Writes("web");
        await pods.Cluster.StopAgentAsync();
        await pods.Cluster.StartAgentAsync();
        await pods.RunAsync("web", "/bin/busybox", "mv", "/tmp/www/well", "/tmp/www/ill");
        var unready = await pods.UntilAsync("web", status => !IsReady(status));
        pods.Cluster.Writes("web").ShouldBe(writes + 1, "the first thing it says is what its probe found");
        unready.ContainerStatuses[0].ContainerID.ShouldBe(before.ContainerStatuses[0].ContainerID);
        unready.ContainerStatuses[0].Started.ShouldBe(true);
    }

    [SkippableFact]
    public async Task B5_readiness_counts_to_the_end_and_liveness_does_not()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(GivenPod.Of("web", GivenPod.Shell("c",
            "trap 'rm=1; /bin/busybox rm /tmp/up' TERM; touch /tmp/up; while true; do sleep 0.1; done") with
        {
            StartupProbe = Exec("ls", "/tmp/up") with { FailureThreshold = 300 },
            ReadinessProbe = Exec("ls", "/tmp/up") with { TimeoutSeconds = 20 },
            LivenessProbe = Exec("ls", "/tmp/up") with { TimeoutSeconds = 20 },
        }));
        await pods.ReadyAsync("web");
        await pods.Cluster.DeleteAsync("web", 300);
        var unready = await pods.UntilAsync("web", status => status.Conditions.Count > 0 && !IsReady(status));
        unready.Phase.ShouldBe("Running", "it is unready while it still runs");
        // A liveness that counted would have failed as often.
        await pods.Cluster.DeleteAsync("web", 2);
        await Eventually.AsyncTrue("it is gone", () => Task.FromResult<string?>(
            pods.Cluster.Find("web") is null ? "gone" : null), gone => gone is not null);
        pods.Cluster.Events.ShouldContain(text => text.Contains("Readiness probe failed"));
        pods.Cluster.Events.ShouldNotContain(text => text.Contains("Liveness probe failed"));
    }

    [SkippableFact]
    public async Task B11_a_pod_behind_a_line_is_reached_from_within()
    {
        await using var pods = await StartAsync(docker);
        await pods.ApplyAsync(GivenPod.Of("web", Web("c") with { ReadinessProbe = Http("/well") }));
        var address = (await pods.ReadyAsync("web")).PodIP!;
        await using var runtime = pods.NewRuntime();
        await using (var connection = await runtime.DialFromWithinAsync(address, 8080, default))
        {
            await connection.WriteAsync("GET /well HTTP/1.0\r\n\r\n"u8.ToArray(), default);
            var said = new byte[4096];
            var length = 0;
            for (var read = -1; read != 0; length += read)
                read = await connection.ReadAsync(said.AsMemory(length), default);
            System.Text.Encoding.UTF8.GetString(said, 0, length).ShouldEndWith("\r\n\r\nwell\n");
        }
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(
            () => runtime.DialFromWithinAsync(address, 8081, default));
        (refused.Code, refused.Cause).ShouldBe((502, "connect: connection refused"));
    }

    private static DateTimeOffset? Since(PodStatus status, string type) =>
        status.Conditions.Single(condition => condition.Type == type).LastTransitionTime;

    private sealed record Looked(int Begun, int Alive);
}
