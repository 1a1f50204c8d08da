using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Grains;
using Orchestrator.Storage;
using static Orchestrator.Cluster.Tests.Running.StorageWorld;

namespace Orchestrator.Cluster.Tests;

/// <summary>Claims that are made for a pod and go with it.</summary>
public sealed class PodOwnClaimTests
{
    [Fact]
    public async Task B58_a_claim_is_made_with_its_pod_bound_where_it_runs_and_goes_with_it()
    {
        await using var world = await StartAsync(nodes: 3);
        var pod = await world.Create(Having("p", "scratch"));
        await world.Running(pod);
        var claim = Claim(world, "p-scratch")!;
        Assert.Equal(("Bound", "local"), (claim.Status.Phase, claim.Spec.StorageClassName));
        var owner = Assert.Single(claim.Metadata.OwnerReferences);
        Assert.Equal(("v1", "Pod", "p", pod.Metadata.Uid), (owner.ApiVersion, owner.Kind, owner.Name, owner.Uid));
        Assert.Equal((true, true), (owner.Controller, owner.BlockOwnerDeletion));
        Assert.Equal("yes", claim.Metadata.Labels["own"]);
        var volume = world.Cache.Find(PersistentVolume.Kind, "", claim.Spec.VolumeName!)!;
        Assert.Equal(world.Fresh(pod).Spec.NodeName, LocalStorage.NodeOf(volume));
        // Who gives it up while the pod runs waits for the pod.
        await world.Delete(claim);
        Assert.NotNull(world.Fresh(claim).Metadata.DeletionTimestamp);
        Assert.NotNull(world.Find(pod));
        await world.Delete(pod);
        await world.Gone(pod);
        await world.Gone(claim);
        await world.Gone(volume);
    }

    [Fact]
    public async Task B58_a_claim_of_that_name_that_is_not_the_pods_keeps_it_waiting()
    {
        await using var world = await StartAsync();
        var foreign = await world.Create(new PersistentVolumeClaim
        {
            Metadata = new() { Name = "p-scratch", Namespace = "default" },
            Spec = Spec(),
        });
        var pod = await world.Create(Having("p", "scratch"));
        const string why = "PVC default/p-scratch was not created for pod default/p (pod is not owner)";
        await Told(world, pod, "FailedBinding", $"ephemeral volume scratch: {why}");
        await Refused(world, pod, why);
        await world.Delete(foreign);
        await world.Running(pod);
        Assert.NotEqual(foreign.Metadata.Uid, Claim(world, "p-scratch")!.Metadata.Uid);
    }

    [Fact]
    public async Task A_pod_that_waits_for_its_dependents_lets_its_claim_go_when_nothing_of_it_runs()
    {
        await using var world = await StartAsync();
        var pod = await world.Create(Having("p", "scratch"));
        await world.Running(pod);
        var claim = Claim(world, "p-scratch")!;
        await world.Delete(pod, new DeleteRequest { PropagationPolicy = "Foreground" });
        await world.Gone(pod);
        await world.Gone(claim);
        var history = await world.History();
        Assert.True(
            history.Last(change => change.Object.Object is PersistentVolumeClaim).Revision
            < history.Last(change => change.Object.Object is Pod).Revision, "the claim goes first");
    }

    [Fact]
    public async Task A_claim_that_was_deleted_before_its_pod_had_a_node_is_made_anew()
    {
        await using var world = await StartAsync(nodes: 0);
        var pod = await world.Create(Having("p", "scratch"));
        await world.Eventually(() => Claim(world, "p-scratch") is not null, "it is made");
        var first = Claim(world, "p-scratch")!;
        await world.Delete(first);
        await world.Eventually(
            () => Claim(world, "p-scratch") is { Metadata.DeletionTimestamp: null } next
                && next.Metadata.Uid != first.Metadata.Uid, "it is made again");
        await world.AddNode("node-1");
        await world.Running(pod);
    }

    [Fact]
    public async Task A_claim_that_may_not_be_made_is_told_of_and_made_when_it_may()
    {
        await using var world = await StartAsync();
        var quota = await world.Create(new ResourceQuota
        {
            Metadata = new() { Name = "none", Namespace = "default" },
            Spec = new()
            {
                Hard = new Dictionary<string, Quantity> { ["persistentvolumeclaims"] = Quantity.Parse("0") },
            },
        });
        await world.Eventually(() => world.Fresh(quota).Status.Hard.Count > 0, "the quota counts");
        var pod = await world.Create(Having("p", "scratch"));
        await world.Eventually(() => world.Cache.All(Event.Kind).Any(told =>
            told.InvolvedObject.Uid == pod.Metadata.Uid && told.Reason == "FailedBinding"
            && told.Message!.StartsWith("ephemeral volume scratch: create PVC p-scratch: ", StringComparison.Ordinal)
            && told.Message.Contains("exceeded quota", StringComparison.Ordinal)), "the pod is told why");
        await Refused(world, pod,
            "waiting for ephemeral volume controller to create the persistentvolumeclaim \"p-scratch\"");
        await world.Delete(quota);
        await world.Running(pod);
    }

    [Fact]
    public async Task B58_a_claim_for_blocks_says_that_there_are_none_and_so_does_its_pod()
    {
        await using var world = await StartAsync();
        var pod = await world.Create(Having("p", "scratch", mode: "Block"));
        await world.Eventually(() => Claim(world, "p-scratch") is not null, "it is made");
        const string why = "volumes of this class are directories: volumeMode Block cannot be had, use Filesystem";
        await Told(world, Claim(world, "p-scratch")!, "ProvisioningFailed", why);
        await Refused(world, pod, $"provisioning failed for PVC \"p-scratch\": {why}");
        await world.Eventually(() => world.Cache.All(Event.Kind).Any(told => told.Reason == "FailedScheduling"
            && told.InvolvedObject.Uid == pod.Metadata.Uid
            && told.Message!.Contains(why, StringComparison.Ordinal)), "the pod is told");
    }

    private static PersistentVolumeClaim? Claim(TestWorld world, string name) =>
        world.Cache.Find(PersistentVolumeClaim.Kind, "default", name);

    private static Pod Having(string name, string volume, string? mode = null) => Given.Pod(name).With(spec => spec with
    {
        Volumes =
        [
            new()
            {
                Name = volume,
                Ephemeral = new()
                {
                    VolumeClaimTemplate = new()
                    {
                        Metadata = new() { Labels = Given.Map(("own", "yes")) },
                        Spec = Spec() with { VolumeMode = mode },
                    },
                },
            },
        ],
        Containers = [spec.Containers[0] with { VolumeMounts = [new() { Name = volume, MountPath = "/own" }] }],
    });

    private static PersistentVolumeClaimSpec Spec() => new()
    {
        AccessModes = ["ReadWriteOnce"],
        Resources = new() { Requests = new Dictionary<string, Quantity> { ["storage"] = Quantity.Parse("1Gi") } },
    };
}
