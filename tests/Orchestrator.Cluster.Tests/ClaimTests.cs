using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Storage;
using static Orchestrator.Cluster.Tests.Running.StorageWorld;

namespace Orchestrator.Cluster.Tests;

/// <summary>Claims, volumes and the pods that use them.</summary>
public sealed class ClaimTests
{
    [Fact]
    public async Task A_claim_waits_for_its_first_pod_and_is_bound_where_it_runs()
    {
        await using var world = await StartAsync(nodes: 3);
        var claim = await world.Create(Claim("data"));
        Assert.Equal("local", claim.Spec.StorageClassName);
        await Told(world, claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        Assert.Equal("Pending", world.Fresh(claim).Status.Phase);
        var pod = await world.Create(Using("p", "data"));
        await world.Running(pod);
        var bound = world.Fresh(claim);
        Assert.Equal(("Bound", $"pvc-{claim.Metadata.Uid}"), (bound.Status.Phase, bound.Spec.VolumeName));
        Assert.Equal("1Gi", $"{bound.Status.Capacity["storage"]}");
        await world.Eventually(() => VolumeOf(world, claim)?.Status.Phase == "Bound", "the volume says so too");
        var volume = VolumeOf(world, claim)!;
        var node = world.Fresh(pod).Spec.NodeName;
        Assert.Equal(node, LocalStorage.NodeOf(volume));
        Assert.Equal(node, bound.Metadata.Annotations[VolumeAnnotations.SelectedNode]);
        Assert.Equal(
            [node!], volume.Spec.NodeAffinity!.Required!.NodeSelectorTerms[0].MatchExpressions[0].Values);
        await Told(world, claim, "ProvisioningSucceeded", $"Successfully provisioned volume {volume.Metadata.Name}");
        // Whoever comes later comes to the same node, however much room there is elsewhere.
        for (var i = 0; i < 4; i++)
        {
            var more = await world.Create(Using($"more-{i}", "data"));
            await world.Running(more);
            Assert.Equal(node, world.Fresh(more).Spec.NodeName);
        }
    }

    [Fact]
    public async Task A_pod_waits_for_its_claim_and_says_so()
    {
        await using var world = await StartAsync();
        var pod = await world.Create(Using("p", "data"));
        await Refused(world, pod, "persistentvolumeclaim \"data\" not found");
        await world.Create(Claim("data", storage: "absent"));
        await Refused(world, pod, "pod has unbound immediate PersistentVolumeClaims");
        await world.Create(LocalStorage.DefaultClass with
        {
            Metadata = new() { Name = "absent" },
            VolumeBindingMode = "Immediate",
        });
        await world.Running(pod);
    }

    [Fact]
    public async Task A_claim_in_use_stays_until_its_pod_is_gone_and_its_volume_goes_with_it()
    {
        await using var world = await StartAsync();
        var claim = await world.Create(Claim("data"));
        var pod = await world.Create(Using("p", "data"));
        await world.Running(pod);
        await Bound(world, claim);
        var volume = VolumeOf(world, claim)!;
        await world.Delete(claim);
        await world.Delete(volume);
        await world.Eventually(() => world.Fresh(volume).Metadata.DeletionTimestamp is not null, "both are going");
        Assert.NotNull(world.Fresh(claim).Metadata.DeletionTimestamp);
        var late = await world.Create(Using("late", "data"));
        await Refused(world, late, "persistentvolumeclaim \"data\" is being deleted");
        Assert.Equal("Bound", world.Fresh(volume).Status.Phase);
        await world.Delete(pod);
        await world.Gone(claim);
        await world.Gone(volume);
        await Refused(world, late, "persistentvolumeclaim \"data\" not found");
    }

    [Fact]
    public async Task A_volume_that_is_kept_is_never_another_claims()
    {
        await using var world = await StartAsync();
        await world.Create(LocalStorage.DefaultClass with
        {
            Metadata = new() { Name = "kept" },
            ReclaimPolicy = "Retain",
            VolumeBindingMode = "Immediate",
        });
        var first = await world.Create(Claim("data", storage: "kept"));
        await Bound(world, first);
        var volume = VolumeOf(world, first)!;
        await world.Delete(first);
        await world.Gone(first);
        await world.Eventually(() => world.Fresh(volume).Status.Phase == "Released", "it is released");
        var second = await world.Create(Claim("data", storage: "kept"));
        await Bound(world, second);
        Assert.NotEqual(volume.Metadata.Name, world.Fresh(second).Spec.VolumeName);
        Assert.Equal("Released", world.Fresh(volume).Status.Phase);
        // The user has taken what it held, and gives it up.
        await world.Delete(volume);
        await world.Gone(volume);
    }

    [Fact]
    public async Task Claims_get_the_smallest_volume_that_fits_and_each_its_own()
    {
        await using var world = await StartAsync(nodes: 0);
        for (var size = 1; size <= 6; size++) await world.Create(Volume($"v{size}", $"{size}Gi"));
        var claims = await Task.WhenAll(
            Enumerable.Range(1, 6).Select(i => world.Create(Claim($"c{i}", storage: "", size: "1Gi"))));
        foreach (var claim in claims) await Bound(world, claim);
        Assert.Equal(6, claims.Select(claim => world.Fresh(claim).Spec.VolumeName).Distinct().Count());
        var more = await world.Create(Claim("more", storage: "", size: "3Gi"));
        await Told(world, more, "FailedBinding",
            "no persistent volumes available for this claim and no storage class is set");
        await world.Create(Volume("v9", "9Gi"));
        await world.Create(Volume("v2b", "2Gi"));
        await Bound(world, more);
        Assert.Equal("v9", world.Fresh(more).Spec.VolumeName);
        Assert.Equal("9Gi", $"{world.Fresh(more).Status.Capacity["storage"]}");
        await NeverShared(world);
    }

    [Fact]
    public async Task A_claim_without_a_class_gets_the_one_that_comes_later()
    {
        await using var world = await TestWorld.StartAsync();
        var claim = await world.Create(Claim("data"));
        await Told(world, claim, "FailedBinding",
            "no persistent volumes available for this claim and no storage class is set");
        await world.Create(LocalStorage.DefaultClass);
        await world.Eventually(() => world.Fresh(claim).Spec.StorageClassName == "local", "it has the class");
        await world.Running(await world.Create(Using("p", "data")));
    }

    [Fact]
    public async Task What_a_node_holds_that_is_away_is_removed_when_it_is_back()
    {
        await using var world = await StartAsync();
        var claim = await world.Create(Claim("data"));
        var pod = await world.Create(Using("p", "data"));
        await world.Running(pod);
        var (volume, node) = (VolumeOf(world, claim)!, world.Cache.All(Node.Kind).Single());
        await world.Delete(pod);
        await world.Gone(pod);
        await world.Delete(node);
        await world.Delete(claim);
        await world.Gone(claim);
        await world.Eventually(() => world.Fresh(volume).Status.Phase == "Released", "it is released");
        await Told(world, volume, "VolumeFailedDelete", "node \"node-1\", which holds the volume, is not part of "
            + "the cluster: bring it back, or take the finalizer orchestrator.io/local-directory away to give up what it "
            + "holds");
        await world.AddNode("node-1");
        await world.Gone(volume);
    }

    [Fact]
    public async Task A_claim_grows_and_never_shrinks()
    {
        await using var world = await StartAsync();
        var claim = await world.Create(Claim("data"));
        const string grow = """{"spec":{"resources":{"requests":{"storage":"3Gi"}}}}""";
        var refusal = await Running.Refused.With(422, "Invalid", () => world.Merge(claim, grow));
        Assert.Contains("spec is immutable after creation except resources.requests", refusal.Message,
            StringComparison.Ordinal);
        await world.Running(await world.Create(Using("p", "data")));
        await world.Merge(claim, grow);
        await world.Eventually(() => $"{world.Fresh(claim).Status.Capacity["storage"]}" == "3Gi", "it has grown");
        Assert.Equal("3Gi", $"{VolumeOf(world, claim)!.Spec.Capacity["storage"]}");
        refusal = await Running.Refused.With(422, "Invalid", () => world.Merge(
            claim, """{"spec":{"resources":{"requests":{"storage":"1Gi"}}}}"""));
        Assert.Contains("field can not be less than status.capacity", refusal.Message, StringComparison.Ordinal);
        await world.Merge(world.Cache.All(StorageClass.Kind).Single(), """{"allowVolumeExpansion":false}""");
        refusal = await Running.Refused.With(403, "Forbidden", () => world.Merge(
            claim, """{"spec":{"resources":{"requests":{"storage":"4Gi"}}}}"""));
        Assert.Contains("the storageclass that provisions the pvc must support resize", refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_for_one_pod_is_handed_from_one_to_the_next()
    {
        await using var world = await StartAsync(nodes: 2);
        await world.Create(Claim("alone", mode: "ReadWriteOncePod"));
        var first = await world.Create(Using("first", "alone"));
        await world.Running(first);
        var second = await world.Create(Using("second", "alone"));
        await Refused(world, second,
            "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode");
        await world.Delete(first);
        await world.Running(second);
    }

    [Fact]
    public async Task A_claim_whose_volume_is_taken_away_is_lost()
    {
        await using var world = await StartAsync(nodes: 0);
        var volume = await world.Create(Volume("v", "1Gi"));
        var claim = await world.Create(Claim("data", storage: ""));
        await Bound(world, claim);
        await world.Delete(volume);
        await world.Merge(volume, """{"metadata":{"finalizers":null}}""");
        await world.Eventually(() => world.Fresh(claim).Status.Phase == "Lost", "it is lost");
        await Told(world, claim, "ClaimLost",
            "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task All_is_bound_once_though_a_silo_dies(int victim)
    {
        await using var world = await StartAsync(nodes: 2, silos: 2);
        var making = Enumerable.Range(0, 10).Select(async i =>
        {
            await world.Create(Claim($"c{i}"));
            await world.Create(Using($"p{i}", $"c{i}"));
        });
        await Task.WhenAll(making);
        await world.KillSiloAsync(world.Silos[victim]);
        await world.Eventually(() => world.Cache.All(Pod.Kind, "default").All(pod => pod.IsReady()), "all run", 90);
        await world.Eventually(() => world.Cache.All(PersistentVolume.Kind).All(v => v.Status.Phase == "Bound"),
            "all volumes say that they are bound", 90);
        Assert.Equal(10, world.Cache.All(PersistentVolume.Kind).Count());
        await NeverShared(world);
    }

    [Fact]
    public async Task Silos_that_hear_late_of_each_other_share_no_volume()
    {
        await using var world = await TestWorld.StartApartAsync(nodes: 0);
        for (var i = 0; i < 5; i++) await world.Create(Volume($"v{i}", "1Gi"));
        var claims = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => world.Create(Claim($"c{i}", storage: ""))));
        await world.Eventually(
            () => claims.Count(claim => world.Fresh(claim).Status.Phase == "Bound") == 5, "five are bound", 60);
        await NeverShared(world);
    }

    private static Task Bound(TestWorld world, PersistentVolumeClaim claim) => world.Eventually(
        () => world.Fresh(claim).Status.Phase == "Bound" && VolumeOf(world, claim)?.Status.Phase == "Bound",
        $"claim {claim.Metadata.Name} is bound");

    // Over the whole history, not only at its end.
    private static async Task NeverShared(TestWorld world)
    {
        var (claims, volumes) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var change in await world.History())
        {
            if (change.Object.Object is PersistentVolume { Spec.ClaimRef.Uid: { } owner } volume)
            {
                claims.TryAdd(volume.Metadata.Uid!, owner);
                Assert.Equal(claims[volume.Metadata.Uid!], owner);
            }
            if (change.Object.Object is not PersistentVolumeClaim { Status.Phase: "Bound" } claim) continue;
            volumes.TryAdd(claim.Metadata.Uid!, claim.Spec.VolumeName!);
            Assert.Equal(volumes[claim.Metadata.Uid!], claim.Spec.VolumeName);
        }
        Assert.Equal(volumes.Count, volumes.Values.Distinct().Count());
    }

    private static PersistentVolume? VolumeOf(TestWorld world, PersistentVolumeClaim claim) =>
        world.Cache.Find(PersistentVolume.Kind, "", world.Fresh(claim).Spec.VolumeName ?? "none");

    private static PersistentVolumeClaim Claim(
        string name, string? storage = null, string size = "1Gi", string mode = "ReadWriteOnce") => new()
        {
            Metadata = new() { Name = name, Namespace = "default" },
            Spec = new()
            {
                AccessModes = [mode],
                StorageClassName = storage,
                Resources = new() { Requests = Size(size) },
            },
        };

    private static PersistentVolume Volume(string name, string size) => new()
    {
        Metadata = new() { Name = name },
        Spec = new() { AccessModes = ["ReadWriteOnce"], Capacity = Size(size), HostPath = new() { Path = "/v" } },
    };

    private static Pod Using(string name, string claim) => Given.Pod(name).With(spec => spec with
    {
        Volumes = [new() { Name = "kept", PersistentVolumeClaim = new() { ClaimName = claim } }],
        Containers = [spec.Containers[0] with { VolumeMounts = [new() { Name = "kept", MountPath = "/kept" }] }],
    });

    private static Dictionary<string, Quantity> Size(string size) => new() { ["storage"] = Quantity.Parse(size) };
}
