using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Simulations.Invariants;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Tests;

/// <summary>Each invariant lets a good history pass and fires on a bad one.</summary>
public sealed class InvariantTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "web" };

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task Revisions_are_dense(long second, bool isViolated) =>
        Check(isViolated, "came as 3 after 1", await History.TellAsync(_ => new DenseRevisions(), history =>
        {
            foreach (var revision in new[] { 1, second })
            {
                var obj = PodOf("a");
                history.Invariant.See(new ObjectChange(
                    ChangeType.Added, revision,
                    new StoredObject(KindRegistry.KeyOf(obj), revision, obj, default), null));
            }
            return Task.CompletedTask;
        }));

    [Theory]
    [InlineData("node-1", false)]
    [InlineData("node-2", true)]
    [InlineData("", true)]
    public async Task A_pod_is_bound_once(string later, bool isViolated) =>
        Check(isViolated, "was on \"node-1\"", await History.TellAsync(_ => new BoundOnce(), history =>
            history.WriteAsync(PodOf("a"), On(PodOf("a"), "node-1"), On(PodOf("a"), later))));

    [Theory]
    [InlineData("a=v", "a=v", false)]
    [InlineData("a=v", "a=w", true)]
    [InlineData("a=v", "b=v", true)]
    [InlineData("a=v", "b=w", false)]
    public async Task A_claim_keeps_its_volume(string first, string second, bool isViolated) =>
        Check(isViolated, " has ", await History.TellAsync(_ => new ClaimsKeepTheirVolume(), history =>
            history.WriteAsync(ClaimOf(first), ClaimOf(second))));

    [Theory]
    [InlineData("a", "a", false)]
    [InlineData("a", "", false)]
    [InlineData("a", "b", true)]
    public async Task A_volume_is_one_claims(string first, string second, bool isViolated) =>
        Check(isViolated, "was the claim a's", await History.TellAsync(_ => new ClaimsKeepTheirVolume(), history =>
            history.WriteAsync(VolumeOf(first), VolumeOf(second))));

    [Theory]
    [InlineData("500m", false, 0, false)]
    [InlineData("1500m", false, 0, true)]
    [InlineData("500m", true, 1, false)]
    [InlineData("500m", true, 3, true)]
    public async Task Nodes_have_room(string cpu, bool isCordoned, int minutes, bool isViolated) =>
        Check(isViolated, "went to node-1", await History.TellAsync(world => new NodesHaveRoom(world), async history =>
        {
            var node = new Node
            {
                Metadata = new() { Name = "node-1", Uid = "n1" },
                Spec = new() { Unschedulable = isCordoned },
                Status = new()
                {
                    Allocatable = new Dictionary<string, Quantity>
                    {
                        ["cpu"] = Quantity.FromMilli(1000),
                        ["pods"] = Quantity.Parse("110")
                    },
                },
            };
            await history.WriteAsync(node);
            history.World.Clock.Advance(TimeSpan.FromMinutes(minutes));
            var pod = PodOf("a");
            var requests = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse(cpu) };
            await history.WriteAsync(pod with
            {
                Spec = pod.Spec with
                {
                    NodeName = "node-1",
                    Containers = [new Container { Name = "main", Resources = new() { Requests = requests } }],
                },
            });
        }));

    [Theory]
    [InlineData("Pending Running Succeeded", false)]
    [InlineData("Pending Running Pending", true)]
    [InlineData("Pending Failed Running", true)]
    public async Task A_pods_life_goes_one_way(string phases, bool isViolated) =>
        Check(isViolated, "went from", await History.TellAsync(world => new PodsOnlyMoveOn(world), history =>
            history.WriteAsync(
                [.. phases.Split(' ').Select(phase => PodOf("a") with { Status = new() { Phase = phase } })])));

    [Fact]
    public async Task A_deletion_is_not_taken_back() =>
        Check(true, "was taken back", await History.TellAsync(world => new PodsOnlyMoveOn(world), history =>
        {
            var pod = PodOf("a");
            var going = pod with { Metadata = pod.Metadata with { DeletionTimestamp = history.World.Now } };
            return history.WriteAsync(pod, going, pod);
        }));

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task A_set_makes_no_pod_too_many(int count, bool isViolated) =>
        Check(isViolated, "is number 3", await History.TellAsync(world => new ReplicasAreBounded(world), history =>
            history.WriteAsync(
                [DeploymentOf(0), SetOf("s", 2), .. Enumerable.Range(0, count).Select(i => PodOf($"p{i}", "s"))])));

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task A_deployment_grows_no_set_beyond_its_surge(int newer, bool isViolated) =>
        Check(isViolated, "4 of at most 3", await History.TellAsync(world => new ReplicasAreBounded(world), history =>
            history.WriteAsync(DeploymentOf(0), SetOf("s", 2), SetOf("t", 0), SetOf("t", newer))));

    [Theory]
    [InlineData(RuntimeEventType.Died, "node-1", false)]
    [InlineData(RuntimeEventType.Started, "node-1", true)]
    [InlineData(RuntimeEventType.Started, "node-2", true)]
    public async Task A_container_runs_once(RuntimeEventType between, string node, bool isViolated) =>
        Check(isViolated, "while 0 runs on", await History.TellAsync(world => new OneContainerAtATime(world), history =>
        {
            history.Invariant.See("node-1", EventOf(RuntimeEventType.Started, 0));
            if (between == RuntimeEventType.Died) history.Invariant.See("node-1", EventOf(between, 0));
            history.Invariant.See(node, EventOf(RuntimeEventType.Started, 1));
            return Task.CompletedTask;
        }));

    [Theory]
    [InlineData("node-1", false)]
    [InlineData("node-2", true)]
    public async Task A_container_runs_where_its_pod_is_bound(string node, bool isViolated) =>
        Check(isViolated,
            "bound to \"node-1\"", await History.TellAsync(world => new OneContainerAtATime(world), async history =>
        {
            await history.WriteAsync(On(PodOf("a"), "node-1"));
            history.Invariant.See(node, EventOf(RuntimeEventType.Started, 0));
        }));

    [Theory]
    [InlineData("1", false)]
    [InlineData("2", true)]
    public async Task An_acknowledged_write_stays(string acknowledged, bool isViolated) =>
        Check(isViolated,
            "stands at 1", await History.TellAsync(world => new AcknowledgedWritesStay(world), async history =>
        {
            var pod = PodOf("a");
            await history.WriteAsync(pod);
            var told = pod with { Metadata = pod.Metadata with { ResourceVersion = acknowledged } };
            history.Invariant.SeeAcknowledged(KindRegistry.KeyOf(pod), new WriteResult(told));
            await history.RemoveAsync(pod);
            history.Invariant.SeeSettled();
        }));

    [Theory]
    [InlineData(1, false)]
    [InlineData(0, true)]
    public async Task A_rollout_keeps_enough_available(int unavailableMax, bool isViolated) =>
        Check(isViolated, "1 pods of web are ready, 2 at least", await History.TellAsync(
            world => new AvailableDuringRollouts(world), async history =>
            {
                var deployment = DeploymentOf(unavailableMax);
                var ready = PodOf("p0", "s");
                await history.WriteAsync(deployment, SetOf("s", 2), Ready(ready, true), Ready(PodOf("p1", "s"), true));
                await history.WriteAsync(deployment with { Status = new() { AvailableReplicas = 2 } });
                await history.WriteAsync(Ready(ready, false));
            }));

    private static void Check(bool isViolated, string says, string? violation)
    {
        if (isViolated) Assert.Contains(says, violation, StringComparison.Ordinal);
        else Assert.Null(violation);
    }

    private static PersistentVolumeClaim ClaimOf(string text) => new()
    {
        Metadata = new() { Name = text[..1], Namespace = "default", Uid = text[..1] },
        Spec = new() { VolumeName = text[2..] },
        Status = new() { Phase = "Bound" },
    };

    private static PersistentVolume VolumeOf(string claim) => new()
    {
        Metadata = new() { Name = "v", Uid = "v" },
        Spec = new() { ClaimRef = claim.Length == 0 ? null : new() { Name = "c", Uid = claim } },
    };

    private static Pod PodOf(string name, string? set = null) => new()
    {
        Metadata = new()
        {
            Name = name,
            Namespace = "default",
            Uid = $"uid-{name}",
            Labels = Labels,
            OwnerReferences = set is null ? [] : [Owner("ReplicaSet", set)],
        },
        Spec = new() { Containers = [new Container { Name = "main", Image = "app/main:1" }] },
        Status = new() { Phase = "Pending" },
    };

    private static Pod On(Pod pod, string node) => pod with { Spec = pod.Spec with { NodeName = node } };

    private static Pod Ready(Pod pod, bool isReady) => pod with
    {
        Status = new()
        {
            Phase = "Running",
            Conditions =
            [
                new PodCondition
                {
                    Type = "Ready",
                    Status = isReady ? "True" : "False",
                    LastTransitionTime = new DateTimeOffset(2029, 1, 1, 0, 0, 0, TimeSpan.Zero),
                },
            ],
        },
    };

    private static ReplicaSet SetOf(string name, int replicas) => new()
    {
        Metadata = new()
        {
            Name = name,
            Namespace = "default",
            Uid = $"uid-{name}",
            OwnerReferences = [Owner("Deployment", "web")],
        },
        Spec = new() { Replicas = replicas, Selector = new() { MatchLabels = Labels } },
    };

    private static Deployment DeploymentOf(int unavailableMax) => new()
    {
        Metadata = new() { Name = "web", Namespace = "default", Uid = "uid-web" },
        Spec = new()
        {
            Replicas = 2,
            Selector = new() { MatchLabels = Labels },
            Strategy = new()
            {
                Type = "RollingUpdate",
                RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = unavailableMax },
            },
        },
    };

    private static OwnerReference Owner(string kind, string name) => new()
    {
        ApiVersion = "apps/v1",
        Kind = kind,
        Name = name,
        Uid = $"uid-{name}",
        Controller = true,
    };

    private static RuntimeEvent EventOf(RuntimeEventType type, int attempt) => new(
        type, $"c{attempt}", DateTimeOffset.UnixEpoch, new Dictionary<string, string>
        {
            [ContainerLabels.PodNamespace] = "default",
            [ContainerLabels.PodName] = "a",
            [ContainerLabels.PodUid] = "uid-a",
            [ContainerLabels.ContainerName] = "main",
            [ContainerLabels.Attempt] = attempt.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
}
