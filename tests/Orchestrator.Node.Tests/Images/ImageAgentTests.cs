using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Simulated;
using Orchestrator.Nodes.Tests.Pods;

namespace Orchestrator.Nodes.Tests.Images;

/// <summary>How a node gets the images of its pods, on a simulated engine in virtual time.</summary>
public sealed class ImageAgentTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TurnScheduler _turns = new();
    private readonly VirtualTime _time;
    private readonly SimulatedRuntime _engine;
    private readonly TestCluster _cluster;
    private readonly List<(double Second, ImagePull Pull)> _pulls = [];

    public ImageAgentTests()
    {
        _time = new VirtualTime(_turns);
        _engine = new SimulatedRuntime("node-1", new SimulatedOptions
        {
            Behaviours =
            [
                new("crash:1") { IsPresent = true, RunTime = Second, ExitCode = 1 },
                new("none:1") { PullRefusal = "manifest unknown" },
                new("slow:1") { PullTime = TimeSpan.FromSeconds(95), ImageBytes = 200_000_000 },
                new("quiet:1") { PullStalls = true },
                new("secret.example/*") { PullPassword = "geheim" },
                new("near.example/*") { PullRefusal = "not here" },
                new("far.example/*"),
                new("dead.example/*") { PullRefusal = "gone" },
            ],
        }, _time);
        var began = _time.GetUtcNow();
        _engine.PullObserver = pull => _pulls.Add(((_time.GetUtcNow() - began).TotalSeconds, pull));
        var images = new ImageOptions
        {
            Mirrors = new RegistryMirrors(new Dictionary<string, IReadOnlyList<string>>
            {
                ["mirrored.example"] = ["near.example", "far.example/all"],
                ["dead.example"] = ["near.example"],
            }),
        };
        _cluster = new TestCluster(
            () => _engine, new NodeAgentOptions { NodeName = "node-1", Images = images }, _time, _turns);
        _turns.Do(_cluster.StartAgentAsync);
    }

    public void Dispose() => _turns.Do(() => _cluster.DisposeAsync().AsTask());

    [Fact]
    public void B1_image_back_off_goes_to_300_s_and_has_its_own_counter()
    {
        Apply(GivenPod.Of("web", Plain("a", "none:1"), Plain("b", "crash:1")));
        var (shown, starts) = (new List<string>(), 0);
        for (var second = 0; second < 1300; second++)
        {
            var reason = Waiting("web")!.Reason!;
            if (shown.LastOrDefault() != reason) shown.Add(reason);
            starts = Status("web").ContainerStatuses[1].RestartCount;
            _time.Advance(Second);
        }
        _pulls.Select(pull => pull.Second).ShouldBe([0, 10, 30, 70, 150, 310, 610, 910, 1210]);
        shown.ShouldBe(Enumerable.Repeat<string[]>(["ErrImagePull", "ImagePullBackOff"], 9).SelectMany(two => two));
        // Runs of a second after 0, 10, 20, 40, 80, 160, 300, 300 and 300 s: the sick image beside it changes nothing.
        starts.ShouldBe(9);
        Waiting("web")!.Message.ShouldBe("Back-off pulling image \"none:1\": ErrImagePull: manifest unknown");
        Events("BackOff: Back-off pulling").Distinct().ShouldBe(
            ["web spec.containers{a} Normal BackOff: Back-off pulling image \"none:1\""]);
        Events("Error: ImagePullBackOff").Count.ShouldBe(9);
        Events("Failed to pull").Distinct().ShouldBe(
            ["web spec.containers{a} Warning Failed: Failed to pull image \"none:1\": manifest unknown"]);
        Events("Warning Failed: Error: ErrImagePull").Count.ShouldBe(9);
    }

    [Fact]
    public void B1_image_back_off_is_shared_by_the_containers_of_a_pod()
    {
        Apply(GivenPod.Of("web", Plain("a", "none:1"), Plain("b", "none:1")));
        _time.Advance(TimeSpan.FromSeconds(140));
        _pulls.Select(pull => pull.Second).ShouldBe([0, 10, 30, 70]);
        var pod = GivenPod.Of("late", Plain("a", "none:1"));
        Apply(pod);
        Put(pod, "late", Plain("a", "none:1"), Plain("b", "none:1"));
        Status("late").ContainerStatuses[1].State!.Waiting!.ShouldBe(new ContainerStateWaiting
        {
            Reason = "ImagePullBackOff",
            Message = "Back-off pulling image \"none:1\": ErrImagePull: manifest unknown",
        });
        _pulls.Count.ShouldBe(5, "another pod has a counter of its own");
    }

    [Fact]
    public void B1_image_back_off_does_not_hold_up_another_image()
    {
        var pod = GivenPod.Of("web", Plain("a", "none:1"));
        Apply(pod);
        _time.Advance(TimeSpan.FromSeconds(40));
        Put(pod, "web", Plain("a", "fine:1"));
        Status("web").Phase.ShouldBe("Running", _cluster.Show("web"));
    }

    [Fact]
    public void A12_a_long_pull_says_how_far_it_is()
    {
        Apply(GivenPod.Of("web", Plain("a", "slow:1")));
        List<string?> said = [];
        for (var second = 0; second < 94; second++)
        {
            _time.Advance(Second);
            if (Waiting("web")?.Message is var message && said.LastOrDefault() != message) said.Add(message);
        }
        said.Count.ShouldBe(9, "every ten seconds at most");
        said[0].ShouldBe("Pulling image \"slow:1\": 21.1MB of 200MB, 0 of 1 layers done");
        Waiting("web")!.Reason.ShouldBe("ContainerCreating");
        // After 10, 30 and 70 s: one object gets only so many events.
        Events("MB of 200MB").Count.ShouldBe(3);
        _time.Advance(TimeSpan.FromSeconds(4));
        Status("web").Phase.ShouldBe("Running");
        Events("Normal Pulled").ShouldBe(["web spec.containers{a} Normal Pulled: Successfully pulled image \"slow:1\" in "
            + "1m35s (1m35s including waiting). Image size: 200000000 bytes."]);
    }

    [Fact]
    public void A12_a_pull_without_progress_is_cancelled()
    {
        Apply(GivenPod.Of("web", Plain("a", "quiet:1")));
        _time.Advance(TimeSpan.FromSeconds(59));
        Waiting("web")!.Reason.ShouldBe("ContainerCreating");
        _time.Advance(Second);
        Waiting("web")!.ShouldBe(new ContainerStateWaiting
        {
            Reason = "ErrImagePull",
            Message = "the pull made no progress for 1m0s and was cancelled",
        });
        _time.Advance(TimeSpan.FromSeconds(10));
        _pulls.Count.ShouldBe(2);
    }

    [Fact]
    public void A12_mirrors_are_tried_in_order_and_the_pod_shows_the_name_it_asked_for()
    {
        Apply(GivenPod.Of("web", Plain("a", "mirrored.example/app:1")));
        _pulls.Select(pull => pull.Pull.Reference).ShouldBe(["near.example/app:1", "far.example/all/app:1"]);
        Status("web").Phase.ShouldBe("Running");
        Status("web").ContainerStatuses[0].Image.ShouldBe("mirrored.example/app:1");
    }

    [Fact]
    public void A12_when_nobody_has_it_all_are_named()
    {
        Apply(GivenPod.Of("web", Plain("a", "dead.example/app:1")));
        Waiting("web")!.Message.ShouldBe("gone; near.example said: not here");
        _pulls.Select(pull => pull.Pull.Reference).ShouldBe(["near.example/app:1", "dead.example/app:1"]);
    }

    [Fact]
    public void A12_pull_secrets_open_a_registry_and_missing_ones_are_told()
    {
        _cluster.Secrets["wrong"] = Secret("secret.example", "u", "falsch");
        _cluster.Secrets["right"] = Secret("secret.example", "u", "geheim");
        _cluster.Secrets["opaque"] = new Secret { Type = "Opaque" };
        Apply(With("none", "secret.example/app:1"));
        Apply(With("open", "secret.example/app:1", "absent", "wrong", "", "right", "opaque"));
        Status("open").Phase.ShouldBe("Running", _cluster.Show("open"));
        Waiting("none")!.Message.ShouldBe(
            "pull access denied for secret.example/app:1: no basic auth credentials");
        Events("FailedToRetrieve").ShouldBe(["open  Warning FailedToRetrieveImagePullSecret: Unable to retrieve some image "
            + "pull secrets (absent, opaque); attempting to pull the image may not succeed."]);
        string.Join('\n', _cluster.Events.Concat(_cluster.Explanations)).ShouldNotContain("geheim");
    }

    [Fact]
    public void A12_one_pull_serves_all_who_may_have_it_and_nobody_else()
    {
        _cluster.Secrets["right"] = Secret("secret.example", "u", "geheim");
        var slow = new SimulatedVariation { PullTimeMax = TimeSpan.FromSeconds(50) };
        _engine.Variation = slow;
        foreach (var name in new[] { "a", "b", "c" }) Apply(With(name, "secret.example/app:1", "right"));
        Apply(With("thief", "secret.example/app:1"));
        _time.Advance(TimeSpan.FromSeconds(60));
        foreach (var name in new[] { "a", "b", "c" }) Status(name).Phase.ShouldBe("Running");
        Waiting("thief").ShouldNotBeNull();
        _pulls.Count(pull => pull.Pull.Credential is not null).ShouldBe(1);
        _cluster.Events.Count(text => text.Contains("Successfully pulled")).ShouldBe(3);
    }

    [Fact]
    public void B21_Always_asks_each_time_and_the_others_only_when_it_is_not_there()
    {
        Apply(GivenPod.Of("first", Plain("a", "app:1") with { ImagePullPolicy = "Always" }));
        Apply(GivenPod.Of("again", Plain("a", "app:1") with { ImagePullPolicy = "Always" }));
        _pulls.Count.ShouldBe(2);
        Apply(GivenPod.Of("calm", Plain("a", "app:1")));
        Apply(GivenPod.Of("never", Plain("a", "app:1") with { ImagePullPolicy = "Never" }));
        _pulls.Count.ShouldBe(2);
        Events("already present").ShouldBe(new[] { "calm", "never" }.Select(name => $"{name} spec.containers{{a}} "
            + "Normal Pulled: Container image \"app:1\" already present on machine"));
    }

    [Fact]
    public void A12_Never_waits_for_somebody_to_load_the_image()
    {
        Apply(GivenPod.Of("web", Plain("a", "app:1") with { ImagePullPolicy = "Never" }));
        const string absent = "Container image \"app:1\" is not present with pull policy of Never";
        Waiting("web")!.ShouldBe(new ContainerStateWaiting { Reason = "ErrImageNeverPull", Message = absent });
        _time.Advance(TimeSpan.FromMinutes(2));
        _cluster.Events.Where(text => text.Contains("Warning")).ShouldBe(
            [$"web spec.containers{{a}} Warning ErrImageNeverPull: {absent}",
                "web spec.containers{a} Warning Failed: Error: ErrImageNeverPull"], "told once");
        _turns.Do(() => _engine.PullImageAsync(new ImagePull("app:1"), default));
        _time.Advance(TimeSpan.FromSeconds(10));
        Status("web").Phase.ShouldBe("Running");
    }

    [Fact]
    public void A12_a_name_that_is_none_is_not_asked_for()
    {
        Apply(GivenPod.Of("web", Plain("a", "No Image")));
        Waiting("web")!.ShouldBe(new ContainerStateWaiting
        {
            Reason = "InvalidImageName",
            Message = "Failed to apply default image tag \"No Image\": couldn't parse image name \"No Image\": invalid "
                + "reference format",
        });
        Events("InspectFailed").Count.ShouldBe(1);
        _pulls.ShouldBeEmpty();
    }

    private void Apply(Pod pod) => _turns.Do(() => _cluster.ApplyAsync(pod));

    private void Put(Pod pod, string name, params Container[] containers)
    {
        var stored = _cluster.Find(name)!;
        Apply(stored with
        {
            Metadata = stored.Metadata with { Generation = stored.Metadata.Generation + 1 },
            Spec = pod.Spec with { Containers = containers },
        });
    }

    private static Pod With(string name, string image, params string[] secrets) =>
        GivenPod.Of(name, Plain("a", image) with { ImagePullPolicy = "Always" }).With(spec => spec with
        {
            ImagePullSecrets = [.. secrets.Select(secret => new LocalObjectReference { Name = secret })],
        });

    private static Secret Secret(string registry, string user, string password) => new()
    {
        Type = "kubernetes.io/dockerconfigjson",
        Data = new Dictionary<string, byte[]>
        {
            [".dockerconfigjson"] = Encoding.UTF8.GetBytes(LoginFile.New(registry, user, password)),
        },
    };

    private PodStatus Status(string name) => _cluster.Find(name)!.Status;

    private ContainerStateWaiting? Waiting(string name) =>
        Status(name).ContainerStatuses is [var first, ..] ? first.State!.Waiting : null;

    private List<string> Events(string part) => [.. _cluster.Events.Where(text => text.Contains(part))];

    private static Container Plain(string name, string image) =>
        new() { Name = name, Image = image, ImagePullPolicy = "IfNotPresent" };
}
