using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Pods that fill the disk of their node, on a simulated engine with real volumes, in virtual time.</summary>
public sealed class LocalStorageTests : IDisposable
{
    private const string Sizes = nameof(IContainerRuntime.ReadSizesAsync);

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("storage");
    private readonly SimulatedNode _node;
    private readonly List<IReadOnlyCollection<string>> _asked = [];

    public LocalStorageTests()
    {
        _node = new SimulatedNode(
            options => options with { DataDirectory = _files.FullName },
            new SimulatedBehaviour("writer") { IsPresent = true, WrittenBytesPerSecond = 1024 });
        Answer(_ => null);
        _node.Start();
    }

    public void Dispose()
    {
        _node.Dispose();
        _files.Delete(recursive: true);
    }

    [Fact]
    public void A_container_beyond_its_limit_takes_its_pod_with_it()
    {
        const string message = "Container a exceeded its local ephemeral storage limit \"100Ki\". ";
        Apply("web", Writer("a", "100Ki"), Plain("b", "1Mi"));
        _node.Advance(100);
        _node.Status("web").Phase.ShouldBe("Running", "the limit itself is no excess");
        _node.Advance(20);
        var status = _node.Status("web");
        (status.Phase, status.Reason, status.Message).ShouldBe(("Failed", "Evicted", message));
        status.ContainerStatuses.ShouldAllBe(container => container.State!.Terminated != null);
        _node.Cluster.Events.Where(text => text.Contains("Warning Evicted"))
            .ShouldBe([$"web  Warning Evicted: {message}"]);
        _asked.Clear();
        _node.Advance(600);
        (_node.Status("web").Phase, _asked.Count).ShouldBe(("Failed", 0), "nobody looks at it any more");
    }

    [Fact]
    public void What_a_container_logs_counts()
    {
        Apply("web", Plain("a", "1Ki"));
        _node.Engine.Write(_node.IdOf("web"), new string('x', 1023));
        _node.Advance(30);
        _node.Status("web").Phase.ShouldBe("Running");
        _node.Engine.Write(_node.IdOf("web"), "");
        _node.Advance(15);
        _node.Status("web").Message.ShouldBe(
            "Pod ephemeral local storage usage exceeds the total limit of containers 1Ki. ");
    }

    [Fact]
    public void Volumes_and_containers_of_a_pod_add_up()
    {
        var pod = Apply("web", new Volume { Name = "v", EmptyDir = new() }, Writer("a", "10Ki"), Writer("b", "90Ki"));
        File.WriteAllBytes(Path.Combine(FolderOf(pod), "f"), new byte[93 * 1024]);
        _node.Advance(2);
        _node.Status("web").Phase.ShouldBe("Running", "nobody has looked yet");
        _node.Advance(13);
        _node.Status("web").Message.ShouldBe(
            "Pod ephemeral local storage usage exceeds the total limit of containers 100Ki. ");
    }

    [Fact]
    public void All_pods_with_limits_are_one_call_and_others_none()
    {
        Apply("free", Plain("a", null), Writer("b", null));
        _node.Advance(60);
        _asked.ShouldBeEmpty();
        Apply("one", Plain("a", "1Mi"), Plain("b", null));
        Apply("two", Plain("a", "1Mi"));
        _asked.ShouldBeEmpty("a start waits for nothing");
        _node.Advance(30);
        _asked.Count.ShouldBeInRange(2, 3);
        _asked[^1].Order().ShouldBe(
            new[] { _node.IdOf("one"), _node.IdOf("one", 1), _node.IdOf("two") }.Order());
        _node.Delete("one", 0);
        _node.Delete("two", 0);
        _node.Advance(30);
        _asked.Clear();
        _node.Advance(60);
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public void A_slow_engine_holds_up_nothing_and_is_given_rest()
    {
        var answer = new TaskCompletionSource<IReadOnlyDictionary<string, ContainerSize>>();
        Answer(_ => answer.Task);
        Apply("slow", Plain("a", "1Ki"));
        _node.Advance(30);
        _asked.Count.ShouldBe(1, "the next look begins after this one");
        var full = Apply("full", new Volume { Name = "v", EmptyDir = new() { SizeLimit = Quantity.Parse("1Ki") } },
            Plain("a", null));
        File.WriteAllBytes(Path.Combine(FolderOf(full), "f"), new byte[2048]);
        _node.Advance(15);
        _node.Status("full").Reason.ShouldBe("Evicted", "volumes are measured meanwhile");
        Apply("other", Plain("a", null));
        _node.Status("other").Phase.ShouldBe("Running");
        answer.SetResult(new Dictionary<string, ContainerSize> { [_node.IdOf("slow")] = new(1, 1) });
        _node.Settle();
        _node.Advance(120);
        _asked.Count.ShouldBe(1, "it took more than half a minute");
        _node.Advance(240);
        _asked.Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public void What_the_engine_refuses_once_is_asked_again()
    {
        Answer(_ => FaultyRuntime.Refusal<IReadOnlyDictionary<string, ContainerSize>>("no space left on device"));
        Apply("web", Writer("a", "10Ki"));
        _node.Advance(60);
        _node.Status("web").Phase.ShouldBe("Running");
        Answer(_ => null);
        _node.Advance(15);
        _node.Status("web").Reason.ShouldBe("Evicted");
    }

    [Fact]
    public void A_container_starts_anew_with_nothing_and_a_node_that_restarts_goes_on()
    {
        Apply("web", Writer("a", "100Ki"));
        _node.Advance(80);
        _node.Engine.Crash(_node.IdOf("web"), 1);
        _node.Advance(60);
        _node.Container("web").RestartCount.ShouldBe(1);
        _node.Status("web").Phase.ShouldBe("Running", "what its predecessor wrote is not its");
        _node.Restart();
        _node.Advance(90);
        _node.Status("web").Reason.ShouldBe("Evicted");
    }

    [Fact]
    public void What_cannot_be_counted_is_told_once()
    {
        Answer(ids => Task.FromResult<IReadOnlyDictionary<string, ContainerSize>>(
            ids.ToDictionary(id => id, _ => new ContainerSize(1024, null))));
        Apply("web", Plain("a", "1Ki"));
        _node.Advance(120);
        _node.Status("web").Phase.ShouldBe("Running");
        _node.Cluster.Events.Where(text => text.Contains("StorageNotCounted")).ShouldBe([
            "web  Warning StorageNotCounted: the logs of container \"a\" cannot be seen from where this node is run, so "
                + "limits of local storage do not count what is there"]);
    }

    private Pod Apply(string name, params Container[] containers) => Apply(GivenPod.Of(name, containers));

    private Pod Apply(string name, Volume volume, params Container[] containers) =>
        Apply(GivenPod.Of(name, containers).With(spec => spec with { Volumes = [volume] }));

    private Pod Apply(Pod pod)
    {
        _node.Apply(pod);
        _node.Status(pod.Metadata.Name!).Phase.ShouldBe("Running");
        return pod;
    }

    // Null is the engine's own answer.
    private void Answer(Func<IReadOnlyCollection<string>, object?> answer) => _node.Faults.Fault = (call, arguments) =>
    {
        if (call != Sizes) return null;
        var ids = (IReadOnlyCollection<string>)arguments[0]!;
        _asked.Add(ids);
        return answer(ids);
    };

    private string FolderOf(Pod pod) => Path.Combine(_files.FullName, "pods", pod.Metadata.Uid!, "volumes", "v");

    private static Container Writer(string name, string? limit) => Limited(SimulatedNode.Plain(name, "writer"), limit);

    private static Container Plain(string name, string? limit) => Limited(SimulatedNode.Plain(name), limit);

    private static Container Limited(Container container, string? limit) => limit is null ? container : container with
    {
        Resources = new()
        {
            Limits = new Dictionary<string, Quantity> { ["ephemeral-storage"] = Quantity.Parse(limit) },
        },
    };
}
