using System.Globalization;

namespace Orchestrator.Nodes.Tests.Docker;

/// <summary>That what a spec says is what a process inside sees.</summary>
[Collection(nameof(DockerTests))]
public sealed class DockerMappingTests(DockerFixture docker)
{
    // The image has ENTRYPOINT ["/bin/echo", "entry"] and CMD ["cmd"].
    [SkippableTheory]
    [InlineData("nothing replaces nothing", "", "", "entry cmd\n")]
    [InlineData("args replace CMD", "", "a b", "entry a b\n")]
    [InlineData("a command replaces ENTRYPOINT and drops CMD", "/bin/echo c", "", "c\n")]
    [InlineData("both replace both", "/bin/echo c", "a", "c a\n")]
    public async Task Command_and_args(string why, string command, string args, string expected)
    {
        docker.Need();
        var spec = docker.Spec() with
        {
            Command = command.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Args = args.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
        (await docker.OutputAsync(spec)).ShouldBe(expected, why);
    }

    [SkippableFact]
    public async Task Environment_directory_user_groups_and_host_name()
    {
        docker.Need();
        var spec = docker.Shell("echo $GREETING; echo $PWD; id -u; id -g; id -G; hostname") with
        {
            Env = ["GREETING=hello world"],
            WorkingDir = "/tmp",
            User = "1234:2345",
            Groups = ["3456"],
            Hostname = "web-0",
        };
        (await docker.OutputAsync(spec)).ShouldBe("hello world\n/tmp\n1234\n2345\n2345 3456\nweb-0\n");
    }

    [SkippableFact]
    public async Task Limits_are_seen_by_the_kernel()
    {
        docker.Need();
        var read =
            "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.shares 2>/dev/null "
            + "|| { cat memory.max; cat cpu.max; }; cat /proc/self/oom_score_adj";
        var spec = docker.Shell(read) with
        {
            MemoryBytes = 32 << 20,
            CpuQuotaMicros = 25_000,
            CpuShares = 512,
            OomScoreAdj = 900,
        };
        var lines = (await docker.OutputAsync(spec)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe((32 << 20).ToString(CultureInfo.InvariantCulture));
        lines[1].ShouldStartWith("25000");
        lines[^1].ShouldBe("900");
    }

    [SkippableFact]
    public async Task A_start_the_machine_refuses_is_done_without_the_refused_part()
    {
        docker.Need();
        var spec = docker.Shell("cat /proc/self/oom_score_adj") with { OomScoreAdj = -997 };
        var seen = (await docker.OutputAsync(spec)).Trim();
        var warned = (await docker.Runtime.DescribeAsync(default)).Warnings
            .Any(warning => warning.Contains("oom_score_adj", StringComparison.Ordinal));
        seen.ShouldBe(warned ? "0" : "-997");
    }

    [SkippableFact]
    public async Task A_privileged_container_may_mount()
    {
        docker.Need();
        var plain = docker.Shell("mount -t tmpfs none /tmp 2>/dev/null && echo mounted || echo refused");
        (await docker.OutputAsync(plain)).ShouldBe("refused\n");
        var privileged = docker.Shell("mount -t tmpfs none /tmp && echo mounted") with { Privileged = true };
        (await docker.OutputAsync(privileged)).ShouldBe("mounted\n");
    }

    [SkippableFact]
    public async Task Capabilities_read_only_root_and_no_new_privileges()
    {
        docker.Need();
        var spec = docker.Shell(
            "touch /tmp/x 2>/dev/null && echo writable || echo sealed; cat /proc/self/status") with
        {
            AddCapabilities = ["NET_ADMIN"],
            DropCapabilities = ["ALL"],
            ReadOnlyRoot = true,
            NoNewPrivileges = true,
        };
        var said = await docker.OutputAsync(spec);
        said.ShouldStartWith("sealed\n");
        said.ShouldContain("CapEff:\t0000000000001000\n");
        said.ShouldContain("NoNewPrivs:\t1\n");
    }

    [SkippableFact]
    public async Task Mounts_and_memory_file_systems()
    {
        docker.Need();
        var folder = Directory.CreateTempSubdirectory("orchestrator-node-test-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "said"), "from outside\n");
            var spec = docker.Shell(
                "cat /in/said; touch /in/x 2>/dev/null || echo sealed; echo back > /out/said; grep ' /mem ' /proc/mounts") with
            {
                Mounts = [new(folder.FullName, "/in", true), new(folder.FullName, "/out", false)],
                Tmpfs = new Dictionary<string, long> { ["/mem"] = 1 << 20 },
            };
            var output = await docker.OutputAsync(spec);
            output.ShouldStartWith("from outside\nsealed\n");
            output.ShouldContain("tmpfs /mem tmpfs rw");
            output.ShouldContain("size=1024k");
            (await File.ReadAllTextAsync(Path.Combine(folder.FullName, "said"))).ShouldBe("back\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [SkippableFact]
    public async Task A_mount_without_a_source_is_refused_with_its_path()
    {
        docker.Need();
        var spec = docker.Shell("true") with { Mounts = [new("/nowhere/at/all", "/in", true)] };
        var refused = await Should.ThrowAsync<RuntimeRefusedException>(() => docker.Runtime.CreateAsync(spec, default));
        refused.Message.ShouldContain("/nowhere/at/all");
    }
}
