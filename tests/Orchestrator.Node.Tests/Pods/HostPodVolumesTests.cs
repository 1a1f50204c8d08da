using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Environments;
using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Tests.Pods;

public sealed class HostPodVolumesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("volumes");
    private readonly HostPodVolumes _volumes;
    private readonly TestCluster _inputs;

    public HostPodVolumesTests()
    {
        _volumes = new HostPodVolumes(_root.FullName, null);
        _inputs = new(() => throw new InvalidOperationException("no engine here"),
            new NodeAgentOptions { NodeName = "n" }, TimeProvider.System);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void A_config_map_swaps_all_its_files_at_once()
    {
        var facts = Facts(new Volume { Name = "cfg", ConfigMap = new() { Name = "c", DefaultMode = 0b110_000_000 } });
        Put(("a", "1"), ("b", "1"));
        _volumes.Prepare(facts, _inputs);
        var folder = Folder("cfg");
        File.ReadAllText(Path.Combine(folder, "a")).ShouldBe("1");
        new FileInfo(Path.Combine(folder, "a")).LinkTarget.ShouldBe("..data/a");
        var first = new DirectoryInfo(Path.Combine(folder, "..data")).LinkTarget;
        _volumes.Prepare(facts, _inputs);
        new DirectoryInfo(Path.Combine(folder, "..data")).LinkTarget.ShouldBe(first, "nothing has changed");
        Put(("a", "2"), ("c", "2"));
        _volumes.Prepare(facts, _inputs);
        File.ReadAllText(Path.Combine(folder, "a")).ShouldBe("2");
        Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName)
            .Where(name => !name!.StartsWith("..", StringComparison.Ordinal))
            .Order().ShouldBe(["a", "c"]);
        Directory.Exists(Path.Combine(folder, first!)).ShouldBeFalse();
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(folder, "a")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_projected_volume_gathers_its_sources()
    {
        Put(("k", "config"));
        _inputs.Secrets["s"] = new Secret { Data = new Dictionary<string, byte[]> { ["p"] = "secret"u8.ToArray() } };
        _volumes.Prepare(Facts(new Volume
        {
            Name = "all",
            Projected = new()
            {
                Sources =
                [
                    new() { ConfigMap = new() { Name = "c", Items = [new() { Key = "k", Path = "deep/er/k" }] } },
                    new() { Secret = new() { Name = "s" } },
                    new()
                    {
                        DownwardAPI = new()
                        {
                            Items = [new() { Path = "name", FieldRef = new() { FieldPath = "metadata.name" } }]
                        }
                    },
                ],
            },
        }), _inputs);
        string[] paths = ["deep/er/k", "p", "name"];
        paths.Select(path => File.ReadAllText(Path.Combine(Folder("all"), path))).ShouldBe(["config", "secret", "web"]);
    }

    [Fact]
    public void Missing_objects_are_named_and_optional_ones_are_empty()
    {
        Should.Throw<VolumeException>(
            () => _volumes.Prepare(Facts(new Volume { Name = "v", Secret = new() { SecretName = "no" } }), _inputs))
            .Message.ShouldBe("MountVolume.SetUp failed for volume \"v\" : secret \"no\" not found");
        Put(("a", "1"));
        Should.Throw<VolumeException>(() => _volumes.Prepare(
            Facts(new Volume
            {
                Name = "v",
                ConfigMap = new() { Name = "c", Items = [new() { Key = "x", Path = "x" }] }
            }), _inputs))
            .Message.ShouldEndWith("references non-existent config key: x");
        _volumes.Prepare(Facts(new Volume { Name = "v", Secret = new() { SecretName = "no", Optional = true } }),
            _inputs).ShouldBeEmpty();
        Should.Throw<VolumeException>(() => _volumes.Prepare(Facts(new Volume { Name = "v", Nfs = new() }), _inputs));
    }

    [Fact]
    public void Host_paths_are_checked()
    {
        var path = Path.Combine(_root.FullName, "host");
        Volume Of(string type) => new() { Name = "v", HostPath = new() { Path = path, Type = type } };
        Should.Throw<VolumeException>(() => _volumes.Prepare(Facts(Of("Directory")), _inputs)).Message
            .ShouldContain("is not a directory");
        _volumes.Prepare(Facts(Of("DirectoryOrCreate")), _inputs);
        Directory.Exists(path).ShouldBeTrue();
        Should.Throw<VolumeException>(() => _volumes.Prepare(Facts(Of("File")), _inputs));
        _volumes.Prepare(Facts(Of("Directory")), _inputs).ShouldBeEmpty();
    }

    [Fact]
    public void Sub_paths_never_leave_their_volume()
    {
        var facts = Facts(new Volume { Name = "v", EmptyDir = new() });
        _volumes.Prepare(facts, _inputs);
        var container = new Container
        {
            Name = "c",
            VolumeMounts = [new() { Name = "v", MountPath = "/m", SubPath = "a/b", ReadOnly = true }]
        };
        var mount = Mounts(facts, container)[0];
        (mount.Source, mount.Target, mount.IsReadOnly).ShouldBe((Path.Combine(Folder("v"), "a/b"), "/m", true));
        Directory.Exists(mount.Source).ShouldBeTrue();
        File.CreateSymbolicLink(Path.Combine(Folder("v"), "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(Folder("v"), "up"), "../../..");
        foreach (var bad in new[] { "out/passwd", "up", "../x" })
        {
            Should.Throw<ContainerConfigException>(() => Mounts(facts, container with
            {
                VolumeMounts = [new() { Name = "v", MountPath = "/m", SubPath = bad }],
            }));
        }
    }

    [Fact]
    public void Hosts_and_last_words_are_files_of_the_pod()
    {
        var facts = Facts();
        var pod = facts.Pod with
        {
            Spec = facts.Pod.Spec with { HostAliases = [new() { Ip = "1.2.3.4", Hostnames = ["foo", "bar"] }] }
        };
        var mounts = Mounts(facts with { Pod = pod }, new Container { Name = "c" });
        mounts.Select(mount => mount.Target).ShouldBe(["/etc/hosts", "/etc/hostname", "/dev/termination-log"]);
        var hosts = File.ReadAllText(mounts[0].Source);
        hosts.ShouldStartWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n");
        hosts.ShouldEndWith("10.0.0.5\tweb\n\n# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n");
        File.WriteAllText(mounts[^1].Source, new string('x', 5000));
        _volumes.ReadTerminationMessage("uid", "c", 0).Length.ShouldBe(4096);
    }

    [Fact]
    public async Task Everything_goes_with_the_pod_and_links_are_not_followed()
    {
        var facts = Facts(new Volume { Name = "v", EmptyDir = new() });
        _volumes.Prepare(facts, _inputs);
        var outside = Directory.CreateDirectory(Path.Combine(_root.FullName, "outside"));
        File.WriteAllText(Path.Combine(outside.FullName, "kept"), "");
        Directory.CreateSymbolicLink(Path.Combine(Folder("v"), "link"), outside.FullName);
        for (var i = 0; i < 200; i++) File.WriteAllText(Path.Combine(Folder("v"), $"f{i}"), "");
        _volumes.HasAny("uid").ShouldBeTrue();
        await _volumes.RemoveAsync("uid", default);
        _volumes.HasAny("uid").ShouldBeFalse();
        File.Exists(Path.Combine(outside.FullName, "kept")).ShouldBeTrue();
    }

    private IReadOnlyList<ContainerMount> Mounts(PodOnNode facts, Container container) =>
        _volumes.Mounts(facts, container, 0, new Dictionary<string, string>());

    private void Put(params (string Key, string Value)[] data) =>
        _inputs.ConfigMaps["c"] = new ConfigMap { Data = data.ToDictionary(pair => pair.Key, pair => pair.Value) };

    private string Folder(string volume) => Path.Combine(_root.FullName, "pods", "uid", "volumes", volume);

    private static PodOnNode Facts(params Volume[] volumes) => new(
        new Pod
        {
            Metadata = new() { Name = "web", Namespace = "default", Uid = "uid" },
            Spec = new() { Volumes = volumes }
        },
        "n", "10.9.8.7", "10.0.0.5", new Dictionary<string, Quantity>());
}
