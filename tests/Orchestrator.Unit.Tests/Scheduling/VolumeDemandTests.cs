using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Scheduling;
using Orchestrator.Unit.Tests.Volumes;

namespace Orchestrator.Unit.Tests.Scheduling;

/// <summary>Where pods with claims may go.</summary>
public sealed class VolumeDemandTests
{
    private const string Classes = "w:in=n2 a i:now h:by=kubernetes.io/no-provisioner";

    // why | claims | volumes | the node chosen with what is taken there, or the message's middle part
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "no such claim", "", "", "persistentvolumeclaim \"c\" not found" },
        { "one that is being deleted", "c:del", "", "persistentvolumeclaim \"c\" is being deleted" },
        { "one that lost its volume", "c:phase=Lost:volume=v", "",
            "persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\"" },
        { "bound to nothing", "c:bound:volume=v", "",
            "persistentvolumeclaim \"c\" bound to non-existent persistentvolume \"v\"" },
        { "bound at once, and not yet", "c:class=i", "", "pod has unbound immediate PersistentVolumeClaims" },
        { "of no class, and not yet", "c:class=", "", "pod has unbound immediate PersistentVolumeClaims" },
        { "named and not bound yet", "c:class=a:volume=v", "", "pod has unbound immediate PersistentVolumeClaims" },
        { "bound everywhere", "c:bound:volume=v", "v:of=c", "n1" },
        { "bound to a node", "c:bound:volume=v", "v:of=c:node=n2", "n2" },
        { "bound to a node that is not there", "c:bound:volume=v", "v:of=c:node=n9",
            "2 node(s) had volume node affinity conflict" },
        { "to be made anywhere", "c:class=a", "", "n1 c" },
        { "to be made where the class allows", "c:class=w", "", "n2 c" },
        { "to be found", "c:class=h", "v:class=h:node=n2", "n2 c" },
        { "not to be found", "c:class=h", "v:class=h:node=n9",
            "2 node(s) didn't find available persistent volumes to bind" },
        { "too small to be found", "c:class=h:size=2Gi", "v:class=h",
            "2 node(s) didn't find available persistent volumes to bind" },
        { "never to be made", "c:class=a:block", "", "provisioning failed for PVC \"c\": volumes of this class are "
            + "directories: volumeMode Block cannot be had, use Filesystem" },
        { "never to be made, but there", "c:class=a:block", "v:class=a:block:node=n2", "n2 c" },
        { "a node was chosen before", "c:class=a:on=n2", "", "n2 c" },
        { "the chosen node is gone", "c:class=a:on=n9", "",
            "2 node(s) didn't find available persistent volumes to bind" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, string claims, string volumes, string expected) =>
        Shown(Plan(claims, volumes, [], GivenStorage.Pod("p", "", "c")).Single()).ShouldBe(expected, why);

    // why | claims | the node chosen, or the message's middle part
    public static TheoryData<string, string, string> Own => new()
    {
        { "not made yet", "", "waiting for ephemeral volume controller to create the persistentvolumeclaim \"p-c\"" },
        { "another's", "p-c:class=a", "PVC default/p-c was not created for pod default/p (pod is not owner)" },
        { "an earlier pod's of the name", "p-c:class=a:pod=q",
            "PVC default/p-c was not created for pod default/p (pod is not owner)" },
        { "its own", "p-c:class=w:pod=p", "n2 p-c" },
        { "its own, going", "p-c:class=a:pod=p:del", "persistentvolumeclaim \"p-c\" is being deleted" },
    };

    [Theory, MemberData(nameof(Own))]
    public void Claims_that_come_with_the_pod_are_waited_for(string why, string claims, string expected) =>
        Shown(Plan(claims, "", [], GivenStorage.OwnPod("p", "", "c")).Single()).ShouldBe(expected, why);

    [Fact]
    public void The_whole_sentence_is_the_references() =>
        Plan("", "", [], GivenStorage.Pod("p", "", "c")).Single().Message.ShouldBe(
            "0/2 nodes are available: persistentvolumeclaim \"c\" not found. preemption: 0/2 nodes are available: "
            + "2 Preemption is not helpful for scheduling.");

    [Fact]
    public void Claims_of_one_pod_share_a_node_and_no_volume()
    {
        var pod = GivenStorage.Pod("p", "", "c", "d");
        Shown(Plan("c:class=h d:class=h", "v:class=h:node=n1 w:class=h:node=n2 x:class=h:node=n2", [], pod).Single())
            .ShouldBe("n2 c d");
        Shown(Plan("c:class=h d:class=h", "v:class=h:node=n1 w:class=h:node=n2", [], pod).Single())
            .ShouldBe("2 node(s) didn't find available persistent volumes to bind");
    }

    [Fact]
    public void Pods_that_share_a_claim_go_where_the_first_goes()
    {
        var plan = Plan("c:class=a", "", [], GivenStorage.Pod("p", "", "c"), GivenStorage.Pod("q", "", "c"));
        plan.Select(Shown).ShouldBe(["n1 c", "n1 c"]);
    }

    [Fact]
    public void Pods_with_claims_of_their_own_are_spread()
    {
        var plan = Plan("c:class=a d:class=a", "", [], GivenStorage.Pod("p", "", "c"), GivenStorage.Pod("q", "", "d"));
        plan.Select(Shown).ShouldBe(["n1 c", "n2 d"]);
    }

    [Theory]
    [InlineData("Running", "2 node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode")]
    [InlineData("Succeeded", "n1")]
    public void A_claim_for_one_pod_has_one_pod(string phase, string expected)
    {
        var user = GivenStorage.Pod("user", "n1", "c") with { Status = new() { Phase = phase } };
        Shown(Plan("c:modes=RWOP:bound:volume=v", "v:of=c:modes=RWOP", [user], GivenStorage.Pod("p", "", "c")).Single())
            .ShouldBe(expected);
    }

    [Fact]
    public void Of_two_pods_that_want_it_alone_one_waits()
    {
        var plan = Plan("c:modes=RWOP:class=a", "", [], GivenStorage.Pod("p", "", "c"), GivenStorage.Pod("q", "", "c"));
        Shown(plan[0]).ShouldBe("n1 c");
        Shown(plan[1]).ShouldContain("ReadWriteOncePod access mode");
    }

    private static IReadOnlyList<(string Node, string Claims, string Message)> Plan(
        string claims, string volumes, IReadOnlyList<Pod> others, params Pod[] pending)
    {
        var known = claims.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(GivenStorage.Claim).ToList();
        var (all, classes) = (GivenStorage.Volumes(volumes), GivenStorage.Classes(Classes));
        var plan = SchedulingReconciler.Plan(
            SchedulingSnapshot.Of([GivenStorage.Node("n1"), GivenStorage.Node("n2")], []), pending, new()
            {
                FindClaim = (_, name) => known.FirstOrDefault(claim => claim.Metadata.Name == name),
                FindVolume = name => all.FirstOrDefault(volume => volume.Metadata.Name == name),
                FindClass = name => classes.FirstOrDefault(storage => storage.Metadata.Name == name),
                Volumes = new(all),
                PodsIn = _ => others,
            });
        return
        [
            .. plan.Placements.Select(placement => (placement.NodeName,
                string.Join(' ', placement.Claims.Select(claim => claim.Metadata.Name)), "")),
            .. plan.Refusals.Select(refusal => ("", "", refusal.Message)),
        ];
    }

    private static string Shown((string Node, string Claims, string Message) outcome)
    {
        if (outcome.Message.Length == 0) return $"{outcome.Node} {outcome.Claims}".TrimEnd();
        return outcome.Message.Split(": ", 2)[1].Split(". preemption")[0];
    }
}
