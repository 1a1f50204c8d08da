using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Unit.Tests.Volumes;

public sealed class ClaimReconcilerTests
{
    // why | claim | volumes | classes | nodes | what comes of it
    public static TheoryData<string, string, string, string, string, string> Cases => new()
    {
        { "a volume that is there", "c", "a", "", "", "take a; Bound a" },
        { "named and free", "c:volume=a", "a", "", "", "take a; Bound a" },
        { "named, not there yet", "c:volume=a", "", "", "", "Pending a" },
        { "named and another's", "c:volume=a", "a:of=x", "", "",
            "Pending a; FailedBinding: volume \"a\" already bound to a different claim." },
        { "named and too small", "c:volume=a:size=2Gi", "a", "", "",
            "Pending a; VolumeMismatch: Cannot bind to requested volume \"a\": requested PV is too small" },
        { "named does not wait for a pod", "c:volume=a:class=w", "a:class=w", "w", "", "take a; Bound a" },
        { "already written into the volume", "c", "a:of=c", "", "", "Bound a" },
        { "kept by name gets its uid", "c", "a:for=c", "", "", "take a; Bound a" },
        { "nothing and no class", "c:class=", "", "d:default", "", "Pending ; FailedBinding: no persistent volumes "
            + "available for this claim and no storage class is set" },
        { "said nothing, and a class came later", "c", "", "d:default", "", "Pending ; class d" },
        { "said nothing, and a volume fits before", "c", "a", "d:default", "", "take a; Bound a" },
        { "waits for a pod", "c:class=w", "a:class=w", "w", "n",
            "Pending ; WaitForFirstConsumer: waiting for first consumer to be created before binding" },
        { "waits no more", "c:class=w:on=n", "a:class=w", "w", "n", "take a; Bound a" },
        { "waits no more, and what is there is elsewhere", "c:class=w:on=n", "a:class=w:node=m", "w", "n m",
            "make pvc-uid-c on n; Bound pvc-uid-c; ProvisioningSucceeded: Successfully provisioned volume pvc-uid-c" },
        { "made at once, where the fewest are", "c:class=i", "x:csi:of=y:node=m", "i:now", "m n",
            "make pvc-uid-c on n; Bound pvc-uid-c; ProvisioningSucceeded: Successfully provisioned volume pvc-uid-c" },
        { "only where the class allows", "c:class=i", "", "i:now:in=n", "m n",
            "make pvc-uid-c on n; Bound pvc-uid-c; ProvisioningSucceeded: Successfully provisioned volume pvc-uid-c" },
        { "no node", "c:class=i", "", "i:now", "",
            "Pending ; ProvisioningFailed: no node that class i allows is ready to hold the volume" },
        { "the node went away", "c:class=w:on=m", "", "w", "n", "Pending ; ProvisioningFailed: node m is gone" },
        { "a class that is not there", "c:class=z", "", "", "n",
            "Pending ; ProvisioningFailed: storageclass.storage.k8s.io \"z\" not found" },
        { "a class of hand-made volumes", "c:class=h", "", "h:now:by=kubernetes.io/no-provisioner", "n",
            "Pending ; ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner" },
        { "blocks cannot be had", "c:class=i:block", "", "i:now", "n",
            "Pending ; ProvisioningFailed: volumes of this class are directories: volumeMode Block cannot be had, use "
            + "Filesystem" },
        { "which is said before anybody waits", "c:class=w:block", "", "w", "n",
            "Pending ; ProvisioningFailed: volumes of this class are directories: volumeMode Block cannot be had, use "
            + "Filesystem" },
        { "blocks that are there can", "c:class=w:block:on=n", "a:block:class=w", "w", "n", "take a; Bound a" },
        { "blocks are for another provisioner to make", "c:class=e:block", "", "e:by=example.com/p", "n",
            "Pending ; WaitForFirstConsumer: waiting for first consumer to be created before binding" },
        { "nor copies", "c:class=i:source", "", "i:now", "n",
            "Pending ; ProvisioningFailed: volumes of this class begin empty: leave dataSource and dataSourceRef out" },
        { "bound", "c:bound:volume=a:has=1Gi", "a:of=c", "", "", "Bound a" },
        { "bound and let go by somebody", "c:bound:volume=a:has=1Gi", "a", "", "", "take a; Bound a" },
        { "bound and gone", "c:bound:volume=a", "", "", "", "Lost a; ClaimLost: Bound claim has lost its "
            + "PersistentVolume. Data on the volume is lost!" },
        { "known to be lost is not told again", "c:bound:volume=a:phase=Lost", "", "", "", "Lost a" },
        { "bound and another's", "c:bound:volume=a", "a:of=x", "", "", "Lost a; ClaimMisbound: Two claims are bound "
            + "to the same volume, this one is bound incorrectly" },
        { "grown", "c:bound:volume=a:has=1Gi:size=2Gi:class=g", "a:of=c:csi", "g:grows", "",
            "grow a to 2Gi; Bound a; VolumeResizeSuccessful: Resize volume succeeded" },
        { "grown by a pass that died", "c:bound:volume=a:has=1Gi:size=2Gi:class=g", "a:of=c:csi:size=2Gi", "g:grows",
            "", "Bound a" },
        { "grown by nobody here", "c:bound:volume=a:has=1Gi:size=2Gi:class=g", "a:of=c", "g:grows", "",
            "Bound a; ExternalExpanding: waiting for an external controller to expand this PVC" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, string claim, string volumes, string classes, string nodes, string expected)
    {
        var given = GivenStorage.Claim(claim);
        Shown(given, ClaimReconciler.Reconcile(given, GivenStorage.Context(volumes, classes, nodes), Given.Now))
            .ShouldBe(expected, why);
    }

    [Fact]
    public void What_is_bound_says_so_in_the_references_words()
    {
        var plan = ClaimReconciler.Select(
            GivenStorage.Claim("c:class=w:size=3Gi"), "n", GivenStorage.Context("", "w", "n"), Given.Now);
        plan.Next.Metadata.Annotations.Keys.Order().ShouldBe(
        [
            "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller",
            "volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/selected-node",
            "volume.kubernetes.io/storage-provisioner",
        ]);
        $"{plan.Next.Status.Capacity["storage"]}".ShouldBe("3Gi");
        plan.Next.Status.AccessModes.ShouldBe(["ReadWriteOnce"]);
        var made = plan.Action.ShouldBeOfType<ClaimAction.Make>().Volume;
        made.Spec.ClaimRef!.Uid.ShouldBe("uid-c");
        made.Spec.StorageClassName.ShouldBe("w");
        made.Spec.PersistentVolumeReclaimPolicy.ShouldBe("Delete");
        made.Metadata.Annotations[VolumeAnnotations.ProvisionedBy].ShouldBe(LocalStorage.Provisioner);
        VolumeMatch.IsReachable(made, GivenStorage.Node("n")).ShouldBeTrue();
        VolumeMatch.IsReachable(made, GivenStorage.Node("m")).ShouldBeFalse();
        PersistentVolume.Kind.Check(PersistentVolume.Kind.Defaulted(made), null).ShouldBeEmpty();
    }

    [Fact]
    public void A_user_who_named_the_volume_bound_it_himself() =>
        ClaimReconciler.Reconcile(GivenStorage.Claim("c:volume=a"), GivenStorage.Context("a"), Given.Now).Next
            .Metadata.Annotations.Keys.ShouldBe(["pv.kubernetes.io/bind-completed"]);

    [Fact]
    public void Another_provisioner_is_asked_and_waited_for()
    {
        var plan = ClaimReconciler.Select(
            GivenStorage.Claim("c:class=e"), "n", GivenStorage.Context("", "e:by=example.com/p", "n"), Given.Now);
        plan.Action.ShouldBeNull();
        plan.Next.Status.Phase.ShouldBe("Pending");
        plan.Next.Metadata.Annotations[VolumeAnnotations.StorageProvisioner].ShouldBe("example.com/p");
        plan.Next.Metadata.Annotations[VolumeAnnotations.SelectedNode].ShouldBe("n");
        plan.News!.Single().Reason.ShouldBe("ExternalProvisioning");
    }

    [Fact]
    public void One_that_pods_want_says_which_it_waits_for() =>
        ClaimReconciler.Reconcile(GivenStorage.Claim("c:class=w"),
            GivenStorage.Context("", "w", "n", GivenStorage.Pod("b", "", "c"), GivenStorage.Pod("a", "", "c")),
            Given.Now)
            .News!.Single().Message.ShouldBe("waiting for pod a,b to be scheduled");

    [Theory]
    [InlineData("n", false, "a pod on a node holds it")]
    [InlineData("", true, "a pod without a node does not")]
    public void It_goes_when_nobody_uses_it(string node, bool expected, string why) =>
        ClaimReconciler.Reconcile(
            GivenStorage.Claim("c:del:bound:volume=a"),
            GivenStorage.Context("a:of=c", "", "", GivenStorage.Pod("p", node, "c")), Given.Now)
            .IsUnused.ShouldBe(expected, why);

    [Theory]
    [InlineData("c:size=2Gi:class=g", "Only bound persistent volume claims can be expanded")]
    [InlineData("c:size=2Gi:class=f:bound", "only dynamically provisioned pvc can be resized")]
    [InlineData("c:size=2Gi:bound", "only dynamically provisioned pvc can be resized")]
    [InlineData("c:size=2Gi:class=g:bound", null)]
    [InlineData("c:size=1Gi:class=f:bound", null)]
    public void Growth_is_refused_where_nobody_could_bring_it_about(string next, string? expected)
    {
        var claim = GivenStorage.Claim(next);
        var size = new VolumeResourceRequirements { Requests = GivenStorage.Size("1Gi") };
        var before = claim with { Spec = claim.Spec with { Resources = size } };
        var classes = GivenStorage.Context("", "g:grows f");
        var refuse = () => ClaimGrowth.Refuse(claim, before, classes.FindClass);
        if (expected is null) refuse();
        else Should.Throw<ApiException>(refuse).Message.ShouldContain(expected);
    }

    [Fact]
    public void The_newest_default_is_the_default()
    {
        StorageClass Old(string name, int age)
        {
            var storage = GivenStorage.Class($"{name}:default");
            return storage with { Metadata = storage.Metadata with { CreationTimestamp = Given.Now.AddDays(-age) } };
        }
        ClaimClasses.Default([Old("a", 2), Old("c", 1), Old("b", 1), GivenStorage.Class("z")])!
            .Metadata.Name.ShouldBe("b");
        ClaimClasses.WithDefault(GivenStorage.Claim("c:class="), [Old("a", 1)]).Spec.StorageClassName.ShouldBe("");
        ClaimClasses.WithDefault(GivenStorage.Claim("c"), [Old("a", 1)]).Spec.StorageClassName.ShouldBe("a");
    }

    private static string Shown(PersistentVolumeClaim before, ClaimPlan plan)
    {
        var parts = new List<string>();
        if (plan.Action is ClaimAction.Take take) parts.Add($"take {take.Volume.Metadata.Name}");
        if (plan.Action is ClaimAction.Make make)
            parts.Add($"make {make.Volume.Metadata.Name} on {LocalStorage.NodeOf(make.Volume)}");
        if (plan.Action is ClaimAction.Grow grow)
            parts.Add($"grow {grow.Volume.Metadata.Name} to {VolumeMatch.Capacity(grow.Volume)}");
        parts.Add($"{plan.Next.Status.Phase} {plan.Next.Spec.VolumeName}");
        if (plan.Next.Spec.StorageClassName != before.Spec.StorageClassName)
            parts.Add($"class {plan.Next.Spec.StorageClassName}");
        parts.AddRange((plan.News ?? []).Select(news => $"{news.Reason}: {news.Message}"));
        return string.Join("; ", parts);
    }
}
