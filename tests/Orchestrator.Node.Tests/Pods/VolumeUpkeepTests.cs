using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Volumes of running pods, on a simulated engine with real files, in virtual time.</summary>
public sealed class VolumeUpkeepTests : IDisposable
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("upkeep");
    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly TestCluster _cluster;

    public VolumeUpkeepTests()
    {
        _time = new VirtualTime(_turns);
        var engine = new SimulatedRuntime(
            "node-1", new SimulatedOptions { Behaviours = [new("*") { IsPresent = true }] }, _time);
        var options = new NodeAgentOptions { NodeName = "node-1", DataDirectory = _files.FullName };
        _cluster = new TestCluster(() => engine, options, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    public void Dispose()
    {
        _turns.Do(() => _cluster.DisposeAsync().AsTask());
        _files.Delete(recursive: true);
    }

    [Fact]
    public void B20_A_pod_is_evicted_within_a_measurement_and_stays_so()
    {
        var pod = Apply(new Volume { Name = "v", EmptyDir = new() { SizeLimit = Quantity.Parse("1Ki") } });
        File.WriteAllBytes(Path.Combine(Folder(pod, "v"), "f"), new byte[1024]);
        _time.Advance(TimeSpan.FromSeconds(30));
        Status().Phase.ShouldBe("Running", "the limit itself is no excess");
        Directory.CreateDirectory(Path.Combine(Folder(pod, "v"), "deep"));
        File.WriteAllBytes(Path.Combine(Folder(pod, "v"), "deep", "g"), new byte[1]);
        _time.Advance(TimeSpan.FromSeconds(15));
        (Status().Phase, Status().Reason).ShouldBe(("Failed", "Evicted"), _cluster.Show("web"));
        File.Delete(Path.Combine(Folder(pod, "v"), "f"));
        _time.Advance(TimeSpan.FromMinutes(5));
        Status().Phase.ShouldBe("Failed");
        _cluster.Events.Count(text => text.Contains("Warning Evicted")).ShouldBe(1);
    }

    [Fact]
    public void B18_Changes_arrive_at_once_and_at_most_once_a_second()
    {
        Put("0");
        var pod = Apply(new Volume { Name = "v", ConfigMap = new() { Name = "c" } });
        _time.Advance(TimeSpan.FromSeconds(5));
        var seen = new List<string>();
        for (var i = 1; i <= 20; i++)
        {
            Put($"{i}");
            _turns.Do(() => _cluster.NoticeAsync("ConfigMap", "c"));
            _time.Advance(Tenth);
            seen.Add(Shown(pod));
        }
        seen[0].ShouldBe("1");
        seen.Distinct().Count().ShouldBeInRange(2, 4, string.Join(' ', seen));
        _time.Advance(TimeSpan.FromSeconds(1));
        Shown(pod).ShouldBe("20");
    }

    [Fact]
    public void B18_The_list_finds_what_nobody_told_of_and_what_is_gone_stays_as_it_was()
    {
        Put("old");
        var pod = Apply(new Volume { Name = "v", ConfigMap = new() { Name = "c" } });
        Put("new");
        _time.Advance(TimeSpan.FromSeconds(35));
        Shown(pod).ShouldBe("new");
        _cluster.ConfigMaps.TryRemove("c", out _);
        _turns.Do(() => _cluster.NoticeAsync("ConfigMap", "c"));
        _time.Advance(TimeSpan.FromSeconds(35));
        (Shown(pod), Status().Phase).ShouldBe(("new", "Running"));
    }

    [SkippableFact]
    public async Task B19_A_volume_that_outlives_pods_is_given_to_the_group()
    {
        Skip.IfNot(System.Environment.IsPrivilegedProcess, "only root gives files to a group");
        var root = Path.Combine(_files.FullName, "kept");
        Directory.CreateDirectory(Path.Combine(root, "deep"));
        var file = Path.Combine(root, "deep", "file");
        File.WriteAllText(file, "");
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "/etc/hostname");
        await GroupOwnership.ApplyAsync(root, 4321, null, isReadOnly: false, default);
        Bits(file).ShouldBe((4321L, "660"));
        Bits(Path.Combine(root, "deep")).ShouldBe((4321L, "2775"));
        Posix.Look("/etc/hostname")!.Value.Group.ShouldNotBe(4321);
        Posix.ChangeGroup(file, 1);
        await GroupOwnership.ApplyAsync(root, 4321, "OnRootMismatch", isReadOnly: false, default);
        Bits(file).ShouldBe((1L, "660"), "the root is right");
        await GroupOwnership.ApplyAsync(root, 4321, "Always", isReadOnly: false, default);
        Bits(file).ShouldBe((4321L, "660"));
        await GroupOwnership.ApplyAsync(root, 99, "OnRootMismatch", isReadOnly: false, default);
        Bits(file).ShouldBe((99L, "660"), "the root was another's");

        static (long Group, string Mode) Bits(string path) =>
            Posix.Look(path) is { } seen ? (seen.Group, Convert.ToString(seen.Mode, 8)) : default;
    }

    private Pod Apply(Volume volume)
    {
        var pod = GivenPod.Of("web", new Container { Name = "a", Image = "plain", ImagePullPolicy = "IfNotPresent" })
            .With(spec => spec with { Volumes = [volume] });
        _turns.Do(() => _cluster.ApplyAsync(pod));
        Status().Phase.ShouldBe("Running");
        return pod;
    }

    private PodStatus Status() => _cluster.Find("web")!.Status;

    private void Put(string value) =>
        _cluster.ConfigMaps["c"] = new() { Data = new Dictionary<string, string> { ["k"] = value } };

    private string Folder(Pod pod, string volume) =>
        Path.Combine(_files.FullName, "pods", pod.Metadata.Uid!, "volumes", volume);

    private string Shown(Pod pod) => File.ReadAllText(Path.Combine(Folder(pod, "v"), "k"));
}
