using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>What a security context says is what the processes of a container see.</summary>
public sealed class SecurityTests(DockerFixture docker) : PodsOnDocker(docker), IClassFixture<DockerFixture>
{
    private const string SystemCalls = """
        {"defaultAction":"SCMP_ACT_ALLOW","syscalls":[
         {"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}
        """;

    [SkippableFact]
    public async Task A9_users_groups_capabilities_and_privileges_are_seen_inside()
    {
        await StartAsync();
        var said = await LastWordsAsync(GivenPod.Of("seen",
            Saying("user", "id -u; id -g; id -G") with
            {
                SecurityContext = new() { RunAsUser = 1001, RunAsGroup = 1002 },
            },
            Saying("pod", "id -u; id -g; id -G"),
            Saying("none", "grep CapEff /proc/self/status") with
            {
                SecurityContext = new() { RunAsUser = 0, Capabilities = new() { Drop = ["ALL"] } },
            },
            Saying("one", "grep CapEff /proc/self/status") with
            {
                SecurityContext = new()
                {
                    RunAsUser = 0,
                    Capabilities = new() { Drop = ["ALL"], Add = ["NET_ADMIN"] },
                },
            },
            Saying("meek", "grep NoNewPrivs /proc/self/status") with
            {
                SecurityContext = new() { AllowPrivilegeEscalation = false },
            },
            GivenPod.Shell("closed", "touch /tmp/x || echo read-only > /dev/termination-log") with
            {
                SecurityContext = new() { RunAsUser = 0, ReadOnlyRootFilesystem = true },
            }).With(spec => spec with
            {
                SecurityContext = new() { RunAsUser = 2001, RunAsGroup = 2002, SupplementalGroups = [2003] },
            }));
        said["user"].ShouldBe("1001\n1002\n1002 2003");
        said["pod"].ShouldBe("2001\n2002\n2002 2003");
        said["none"].ShouldEndWith("0000000000000000");
        said["one"].ShouldEndWith("0000000000001000");
        said["meek"].ShouldEndWith("1");
        said["closed"].ShouldBe("read-only");
    }

    [SkippableFact]
    public async Task A9_seccomp_profiles_of_container_pod_and_node()
    {
        var profiles = Files.CreateSubdirectory("seccomp");
        await File.WriteAllTextAsync(Path.Combine(profiles.FullName, "no-folders.json"), SystemCalls);
        await StartAsync(options => options with { Policy = new() { SeccompDirectory = profiles.FullName } });
        const string Mode = "grep Seccomp: /proc/self/status";
        var said = await LastWordsAsync(GivenPod.Of("filtered",
            Saying("open", Mode) with { SecurityContext = new() { SeccompProfile = new() { Type = "Unconfined" } } },
            Saying("usual", Mode),
            Saying("own", "/bin/busybox mkdir /tmp/a || echo refused") with
            {
                SecurityContext = new()
                {
                    SeccompProfile = new() { Type = "Localhost", LocalhostProfile = "no-folders.json" },
                },
            }).With(spec => spec with
            {
                SecurityContext = new() { SeccompProfile = new() { Type = "RuntimeDefault" } },
            }));
        said["open"].ShouldEndWith("0");
        said["usual"].ShouldEndWith("2");
        said["own"].ShouldEndWith("refused");
        await Cluster.ApplyAsync(GivenPod.Of("absent", GivenPod.Shell("c", Forever)).With(spec => spec with
        {
            SecurityContext = new()
            {
                SeccompProfile = new() { Type = "Localhost", LocalhostProfile = "none.json" },
            },
        }));
        var waiting = await UntilAsync("absent",
            status => status.ContainerStatuses is [{ State.Waiting.Reason: "CreateContainerConfigError" }]);
        var path = Path.Combine(profiles.FullName, "none.json");
        waiting.ContainerStatuses[0].State!.Waiting!.Message
            .ShouldBe($"cannot load seccomp profile \"{path}\": open {path}: no such file or directory");
    }

    [SkippableFact]
    public async Task A9_a_root_that_may_not_be_root_waits_with_the_reason()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("root", GivenPod.Shell("image", Forever),
            GivenPod.Shell("asked", Forever) with { SecurityContext = new() { RunAsUser = 0 } },
            GivenPod.Shell("fine", Forever) with { SecurityContext = new() { RunAsUser = 7 } })
            .With(spec => spec with { SecurityContext = new() { RunAsNonRoot = true } }));
        var status = await UntilAsync("root", status => status.ContainerStatuses is
            [{ State.Waiting.Reason: "CreateContainerConfigError" },
            { State.Waiting.Reason: "CreateContainerConfigError" }, { State.Running: not null }]);
        status.ContainerStatuses[0].State!.Waiting!.Message!
            .ShouldStartWith("container has runAsNonRoot and image will run as root (pod: \"root_default(");
        status.ContainerStatuses[1].State!.Waiting!.Message!
            .ShouldStartWith("container's runAsUser breaks non-root policy (pod: \"root_default(");
    }

    [SkippableFact]
    public async Task A9_safe_sysctls_are_set_and_unsafe_ones_fail_the_pod_unless_the_node_allows_them()
    {
        await StartAsync(options => options with { Policy = new() { AllowedUnsafeSysctls = ["net.core.*"] } });
        await Cluster.ApplyAsync(Sysctl("unsafe", "kernel.msgmax", "65536"));
        var said = await LastWordsAsync(Sysctl("safe", "net.ipv4.ip_unprivileged_port_start", "81")
            .With(spec => spec with
            {
                Containers =
                [
                    Saying("c", "cd /proc/sys/net; cat ipv4/ip_unprivileged_port_start core/somaxconn"),
                ],
                SecurityContext = spec.SecurityContext! with
                {
                    Sysctls = [.. spec.SecurityContext.Sysctls, new() { Name = "net/core/somaxconn", Value = "4321" }],
                },
            }));
        said["c"].ShouldBe("81\n4321");
        var refused = await UntilAsync("unsafe", status => status.Phase == "Failed");
        (refused.Reason, refused.Message).ShouldBe(
            ("SysctlForbidden", "Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted"));
        Cluster.Events.ShouldContain(
            "unsafe  Warning SysctlForbidden: forbidden sysctl: \"kernel.msgmax\" not allowlisted");
        await using var runtime = NewRuntime();
        (await runtime.ListAsync(default)).ShouldNotContain(
            container => container.Labels[ContainerLabels.PodName] == "unsafe");
    }

    [SkippableFact]
    public async Task A9_what_the_machine_cannot_enforce_fails_the_pod()
    {
        await StartAsync();
        await using var runtime = NewRuntime();
        var isEnforced = (await runtime.DescribeAsync(default)).HasAppArmor;
        await Cluster.ApplyAsync(GivenPod.Of("armored", GivenPod.Shell("c", Forever) with
        {
            SecurityContext = new() { AppArmorProfile = new() { Type = "RuntimeDefault" } },
        }));
        await Cluster.ApplyAsync(GivenPod.Of("bare", GivenPod.Shell("c", Forever) with
        {
            SecurityContext = new() { AppArmorProfile = new() { Type = "Unconfined" } },
        }));
        await Cluster.ApplyAsync(GivenPod.Of("alone", GivenPod.Shell("c", Forever))
            .With(spec => spec with { HostUsers = false }));
        await ReadyAsync("bare");
        (await UntilAsync("alone", status => status.Phase == "Failed")).Reason.ShouldBe("UserNamespacesNotSupported");
        if (isEnforced) await ReadyAsync("armored");
        else
        {
            var refused = await UntilAsync("armored", status => status.Phase == "Failed");
            (refused.Reason, refused.Message).ShouldBe(("AppArmor",
                "Pod was rejected: Cannot enforce AppArmor: AppArmor is not enabled on the host"));
        }
    }

    [SkippableFact]
    public async Task A9_privileged_containers_may_mount_and_others_may_not()
    {
        await StartAsync();
        const string Mount = "mount -t tmpfs none /tmp && echo mounted";
        var said = await LastWordsAsync(GivenPod.Of("mighty",
            Saying("plain", Mount) with { SecurityContext = new() { RunAsUser = 0, Privileged = false } },
            Saying("mighty", Mount) with { SecurityContext = new() { RunAsUser = 0, Privileged = true } },
            Saying("masked", "grep -c ' /proc/' /proc/mounts"),
            Saying("unmasked", "grep -c ' /proc/' /proc/mounts") with
            {
                SecurityContext = new() { ProcMount = "Unmasked" },
            }));
        said["plain"].ShouldNotContain("mounted");
        said["mighty"].ShouldBe("mounted");
        said["unmasked"].ShouldBe("0");
        said["masked"].ShouldNotBe("0");
    }

    [SkippableFact]
    public async Task A9_namespaces_of_the_machine_and_of_the_pod()
    {
        await StartAsync();
        await Cluster.ApplyAsync(GivenPod.Of("shared", GivenPod.Shell("c", Forever), GivenPod.Shell("d", Forever))
            .With(spec => spec with { ShareProcessNamespace = true }));
        await Cluster.ApplyAsync(GivenPod.Of("host", GivenPod.Shell("c", Forever)).With(spec => spec with
        {
            HostNetwork = true,
            HostPID = true,
            HostIPC = true,
        }));
        await Cluster.ApplyAsync(GivenPod.Of("own", GivenPod.Shell("c", Forever)));
        var (shared, host, own) = (await ReadyAsync("shared"), await ReadyAsync("host"), await ReadyAsync("own"));
        host.PodIP.ShouldBe("10.9.8.7");
        const string Count = "ls -d /proc/[0-9]* 2>/dev/null | grep -c .";
        // The infra container, two shells with their sleeps, and the one that counts with its own.
        const string Shells = "grep -l trap /proc/[0-9]*/cmdline 2>/dev/null | grep -c .";
        int.Parse(await RunAsync(IdOf(shared), Shells)).ShouldBeGreaterThan(1);
        int.Parse(await RunAsync(IdOf(own), Count)).ShouldBeLessThan(int.Parse(await RunAsync(IdOf(host), Count)));
        (await RunAsync(IdOf(host), "cat /proc/1/comm")).ShouldBe(await File.ReadAllTextAsync("/proc/1/comm"));
    }

    private static Pod Sysctl(string name, string sysctl, string value) =>
        GivenPod.Of(name, GivenPod.Shell("c", Forever)).With(spec => spec with
        {
            SecurityContext = new() { Sysctls = [new() { Name = sysctl, Value = value }] },
        });
}
