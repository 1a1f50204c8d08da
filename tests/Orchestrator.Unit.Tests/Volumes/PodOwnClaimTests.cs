using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Volumes;

namespace Orchestrator.Unit.Tests.Volumes;

/// <summary>Claims that are made for a pod and go with it.</summary>
public sealed class PodOwnClaimTests
{
    private const string NotOwner = "was not created for pod default/p (pod is not owner)";

    // why | claims that are there | phase of the pod | what is made, and what is told
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "both are missing", "", "Pending", "p-a p-b" },
        { "one is missing", "p-a:pod=p", "Running", "p-b" },
        { "both are there", "p-a:pod=p p-b:pod=p:bound:volume=v", "Pending", "" },
        { "one is nobody's", "p-a p-b:pod=p", "Pending",
            $"FailedBinding: ephemeral volume a: PVC default/p-a {NotOwner}" },
        { "one is of an earlier pod, which does not stand in the way of the other", "p-a:pod=q", "Pending",
            $"p-b FailedBinding: ephemeral volume a: PVC default/p-a {NotOwner}" },
        { "one that is going is there still", "p-a:pod=p:del p-b:pod=p", "Pending", "" },
        { "what has ended needs none", "", "Succeeded", "" },
        { "nor what has failed", "", "Failed", "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, string claims, string phase, string expected)
    {
        var pod = GivenStorage.OwnPod("p", "", "a", "b") with { Status = new() { Phase = phase } };
        var plan = Plan(pod, claims);
        string.Join(' ', plan.Missing.Select(claim => claim.Metadata.Name)
            .Concat(plan.News.Select(told => $"{told.Reason}: {told.Message}"))).ShouldBe(expected, why);
        plan.News.ShouldAllBe(told => told.Type == "Warning" && told.Component == "ephemeral_volume");
        plan.IsNeeded.ShouldBe(expected.Length > 0, why);
    }

    [Fact]
    public void A_pod_that_is_being_deleted_makes_no_more()
    {
        var pod = GivenStorage.OwnPod("p", "", "a");
        Plan(pod with { Metadata = pod.Metadata with { DeletionTimestamp = Given.Now } }, "").IsNeeded.ShouldBeFalse();
        Plan(GivenStorage.Pod("p", "", "a"), "").IsNeeded.ShouldBeFalse();
    }

    [Fact]
    public void A_claim_is_as_its_template_says_and_its_pods()
    {
        var pod = GivenStorage.OwnPod("p", "", "a");
        var made = Plan(pod, "").Missing.Single();
        (made.Metadata.Namespace, made.Metadata.Name).ShouldBe(("default", "p-a"));
        made.Metadata.Labels.ShouldBe(Given.Map(("app", "p")));
        made.Metadata.Annotations.ShouldBe(Given.Map(("a", "b")));
        made.Spec.ShouldBe(pod.Spec.Volumes[0].Ephemeral!.VolumeClaimTemplate!.Spec);
        made.Metadata.OwnerReferences.ShouldBe(
        [
            new()
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Name = "p",
                Uid = "uid-p",
                Controller = true,
                BlockOwnerDeletion = true,
            },
        ]);
        var whole = PersistentVolumeClaim.Kind.Defaulted(made);
        PersistentVolumeClaim.Kind.Check(whole, null).ShouldBeEmpty();
    }

    // why | node of the pod | it is going, and nothing of it runs | claim | nobody uses it
    public static TheoryData<string, string, bool, string, bool> Uses => new()
    {
        { "its pod runs", "n", false, "p-a:pod=p:del", false },
        { "its pod waits for it to go", "n", true, "p-a:pod=p:del", true },
        { "its pod has no node", "", false, "p-a:pod=p:del", true },
        { "it only has the name", "n", false, "p-a:del", true },
    };

    [Theory, MemberData(nameof(Uses))]
    public void It_goes_when_its_pod_is_over(string why, string node, bool isOver, string claim, bool expected)
    {
        var pod = GivenStorage.OwnPod("p", node, "a");
        ClaimReconciler.Reconcile(
            GivenStorage.Claim(claim), GivenStorage.Context("", "", "", isOver ? Over(pod) : pod), Given.Now)
            .IsUnused.ShouldBe(expected, why);
    }

    [Fact]
    public void A_claim_says_which_pod_it_waits_for() => ClaimReconciler.Reconcile(
        GivenStorage.Claim("p-a:pod=p:class=w"),
        GivenStorage.Context("", "w", "n", GivenStorage.OwnPod("p", "", "a")), Given.Now)
        .News!.Single().Message.ShouldBe("waiting for pod p to be scheduled");

    [Fact]
    public void Those_who_wait_are_told()
    {
        var (pod, going) = (GivenStorage.OwnPod("p", "n", "a"), GivenStorage.Claim("p-a:pod=p:del"));
        var lookups = new NudgeLookups
        {
            Find = key => key.Name == "p-a" ? going : null,
            InNamespace = (kind, _) => kind == Pod.Kind ? [pod, GivenStorage.OwnPod("q", "n", "a")] : [],
        };
        Keys(VolumeNudges.For(null, pod, lookups)).ShouldBe("p", "a new pod makes its claims");
        Keys(VolumeNudges.For(null, GivenStorage.Pod("p", "n", "a"), lookups)).ShouldBe("");
        Keys(VolumeNudges.For(pod, pod with { Status = new() { Phase = "Running" } }, lookups)).ShouldBe("");
        Keys(VolumeNudges.For(pod, Over(pod), lookups)).ShouldBe("p-a", "nothing of it runs any more");
        Keys(VolumeNudges.For(Over(pod), Over(pod), lookups)).ShouldBe("", "which is told once");
        Keys(VolumeNudges.For(pod, null, lookups)).ShouldBe("p-a");
        Keys(VolumeNudges.For(GivenStorage.Claim("p-a"), null, lookups)).ShouldBe("pvc-uid-p-a p", "its name is free");
    }

    private static PodOwnClaimPlan Plan(Pod pod, string claims)
    {
        var known = claims.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(GivenStorage.Claim).ToList();
        return PodOwnClaims.Plan(pod, name => known.FirstOrDefault(claim => claim.Metadata.Name == name));
    }

    private static Pod Over(Pod pod) => pod with
    {
        Metadata = pod.Metadata with { DeletionTimestamp = Given.Now, DeletionGracePeriodSeconds = 0 },
    };

    private static string Keys(IEnumerable<Nudge> nudges) =>
        string.Join(' ', nudges.OfType<Nudge.Object>().Select(nudge => nudge.Key.Name));
}
