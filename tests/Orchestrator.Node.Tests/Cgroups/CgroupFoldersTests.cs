using System.Text;
using Orchestrator.Nodes.Cgroups;
using Orchestrator.Nodes.Tests.Remote;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Tests.Cgroups;

/// <summary>Groups of pods in folders that look like those of the kernel.</summary>
public sealed class CgroupFoldersTests : IDisposable
{
    private const string Group = "docker/test_node-1_poduid-1";
    private static readonly PodBounds Bounds = new(1024, 0, 0, 9, []);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("cgroups");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task A11_each_controller_is_told_in_its_own_tree()
    {
        Make($"cpu/{Group}/cpu.shares", $"pids/{Group}/pids.max");
        var held = await Folders(isUnified: false).HoldAsync("uid-1", Bounds, default);
        held.Parent.ShouldBe($"/{Group}");
        held.Refused.ShouldBeEmpty();
        Read($"cpu/{Group}/cpu.shares").ShouldBe("1024");
        Read($"pids/{Group}/pids.max").ShouldBe("9");
    }

    [Fact]
    public async Task A11_in_one_tree_controllers_are_passed_on_first()
    {
        Make($"{Group}/cpu.weight", $"{Group}/pids.max");
        Write("cgroup.subtree_control", "cpu memory\n");
        Write("docker/cgroup.subtree_control", "");
        var held = await Folders(isUnified: true).HoldAsync("uid-1", Bounds, default);
        held.Parent.ShouldBe($"/{Group}");
        Read($"{Group}/pids.max").ShouldBe("9");
        Read("cgroup.subtree_control").ShouldStartWith("+pids", customMessage: "cpu was passed on already");
        Read("docker/cgroup.subtree_control").ShouldBe("+pids");
    }

    [Fact]
    public async Task A11_what_the_machine_does_not_bound_is_said_and_the_rest_is_bounded()
    {
        Make($"cpu/{Group}/cpu.shares", $"pids/{Group}/pids.max");
        var held = await Folders(isUnified: false).HoldAsync(
            "uid-1", Bounds with { HugePages = [new(2 << 20, 0)] }, default);
        held.Parent.ShouldBe($"/{Group}");
        held.Refused.ShouldBe([new("huge pages", "this machine has no controller hugetlb")]);
    }

    [Fact]
    public async Task A11_a_group_that_bounds_nothing_is_not_used()
    {
        Make($"cpu/{Group}/cpu.shares");
        var held = await Folders(isUnified: false).HoldAsync("uid-1", Bounds, default);
        held.Parent.ShouldBeNull();
        held.Refused.ShouldBe([new("the number of processes", "this machine has no controller pids")]);
    }

    [Fact]
    public async Task A11_where_no_group_of_the_engine_is_seen_nothing_is_made()
    {
        Make("cpu/system.slice/cpu.shares", "pids/system.slice/pids.max");
        var held = await Folders(isUnified: false).HoldAsync("uid-1", Bounds, default);
        held.Parent.ShouldBeNull();
        held.Refused.Single().Why.ShouldStartWith("no group of the engine is seen in ");
        Directory.Exists(Path.Combine(_root.FullName, "cpu", "docker")).ShouldBeFalse();
    }

    [Fact]
    public async Task A11_a_node_knows_its_own_groups_and_removes_them_under_every_controller()
    {
        Make("cpu/docker/test_node-1_poda", "cpu/docker/test_node-1_podb", "cpu/docker/test_node-10_podc",
            "cpu/docker/0123abcd", "memory/docker/test_node-1_poda", "memory/docker/test_node-1_podb/0123");
        var folders = Folders(isUnified: false);
        folders.PodUids.ShouldBe(["a", "b"]);
        await folders.ReleaseAsync("a", default);
        await folders.ReleaseAsync("b", default);
        await folders.ReleaseAsync("c", default);
        Directory.Exists(Path.Combine(_root.FullName, "memory/docker/test_node-1_poda")).ShouldBeFalse();
        folders.PodUids.ShouldBe(["b"], "a container of it is still ending");
        Directory.Exists(Path.Combine(_root.FullName, "cpu/docker/test_node-10_podc")).ShouldBeTrue();
    }

    [Fact]
    public async Task A11_systemd_is_told_once_and_asked_to_stop_what_is_empty()
    {
        const string Slice = @"system-test_node\x2d1_poduid\x2d1.slice";
        await Child.InstallAsync(Path.Combine(_root.FullName, "systemctl"),
            Encoding.UTF8.GetBytes($"#!/bin/sh\necho \"$@\" >> {_root.FullName}/said\n"));
        var slices = new CgroupSlices(
            _root.FullName, isUnified: true, "test/node-1", Path.Combine(_root.FullName, "systemctl"));
        (await slices.HoldAsync("uid-1", Bounds, default)).Parent.ShouldBe(Slice);
        await slices.HoldAsync("uid-1", Bounds, default);
        Make($"system.slice/{Slice}/docker-1.scope");
        slices.PodUids.ShouldBe(["uid-1"]);
        await slices.ReleaseAsync("uid-1", default);
        Directory.Delete(Path.Combine(_root.FullName, "system.slice", Slice, "docker-1.scope"));
        await slices.ReleaseAsync("uid-1", default);
        Read("said").ShouldBe(
            $"set-property --runtime {Slice} CPUWeight=39 TasksMax=9\nstop {Slice}\nrevert {Slice}\n");
    }

    [Fact]
    public async Task A11_without_systemd_nothing_is_held()
    {
        var slices = new CgroupSlices(_root.FullName, isUnified: true, "test/node-1", "/nowhere/systemctl");
        var held = await slices.HoldAsync("uid-1", Bounds, default);
        held.Parent.ShouldBeNull();
        held.Refused.Single().Why.ShouldStartWith("/nowhere/systemctl cannot be run: ");
    }

    private CgroupFolders Folders(bool isUnified) => new(_root.FullName, isUnified, "test/node-1");

    // A name with a dot is a file, as those of the kernel are.
    private void Make(params string[] paths)
    {
        foreach (var path in paths)
        {
            var isFile = Path.GetFileName(path) is var name && name.Contains('.') && !name.EndsWith(".scope");
            if (isFile) Write(path, "");
            else Directory.CreateDirectory(Path.Combine(_root.FullName, path));
        }
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private string Read(string path) => File.ReadAllText(Path.Combine(_root.FullName, path));
}
