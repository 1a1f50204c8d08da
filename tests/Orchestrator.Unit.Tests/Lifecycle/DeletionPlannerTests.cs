using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;

namespace Orchestrator.Unit.Tests.Lifecycle;

public sealed class DeletionPlannerTests
{
    // why | the pod | grace asked for (-99: none) | seconds until its end, or "gone", or "same"
    public static TheoryData<string, string, int, string> Graces => new()
    {
        { "the default is the pod's own", "p:Running:node=n", -99, "30" },
        { "asked for", "p:Running:node=n", 5, "5" },
        { "negative means one", "p:Running:node=n", -1, "1" },
        { "zero removes at once", "p:Running:node=n", 0, "gone" },
        { "unassigned goes at once", "p:Pending", -99, "gone" },
        { "finished goes at once", "p:Succeeded:node=n", -99, "gone" },
        { "again and longer changes nothing", "p:Running:node=n:del", 60, "same" },
        { "again without grace changes nothing", "p:Running:node=n:del", -99, "same" },
        { "again and shorter counts from the first request", "p:Running:node=n:del", 10, "10" },
        { "again though it has ended since changes nothing", "p:Failed:node=n:del", -99, "same" },
        { "again with zero removes", "p:Running:node=n:del", 0, "gone" },
    };

    [Theory, MemberData(nameof(Graces))]
    public void Grace_is_only_ever_shortened(string why, string text, int grace, string expected)
    {
        var pod = Given.Pod(text);
        pod = pod with
        {
            Metadata = pod.Metadata with
            {
                Generation = 1,
                DeletionGracePeriodSeconds = pod.Metadata.DeletionTimestamp is null ? null : 30,
            },
        };
        var plan = DeletionPlanner.Plan(pod, new() { GracePeriodSeconds = grace == -99 ? null : grace }, Given.Now);
        var shown = plan switch
        {
            DeletionPlan.Remove => "gone",
            DeletionPlan.Unchanged => "same",
            _ => $"{(plan.Object.Metadata.DeletionTimestamp!.Value - Given.Now).TotalSeconds}",
        };
        shown.ShouldBe(expected, why);
        if (plan is DeletionPlan.Mark)
        {
            plan.Object.Metadata.DeletionGracePeriodSeconds.ShouldBe(long.Parse(expected));
            plan.Object.Metadata.Generation.ShouldBe(text.EndsWith(":del") ? 1 : 2);
        }
    }

    // why | finalizers | policy | outcome
    public static TheoryData<string, string, string?, string> Policies => new()
    {
        { "background removes at once", "", "Background", "gone" },
        { "the default is background", "", null, "gone" },
        { "foreground waits", "", "Foreground", "foregroundDeletion" },
        { "orphan waits", "", "Orphan", "orphan" },
        { "other finalizers hold", "x", null, "x" },
        { "a policy is added to them", "x", "Foreground", "x,foregroundDeletion" },
        { "a policy replaces another", "orphan", "Foreground", "foregroundDeletion" },
        { "without a policy the standing one holds", "orphan", null, "orphan" },
    };

    [Theory, MemberData(nameof(Policies))]
    public void Policies_are_finalizers(string why, string finalizers, string? policy, string expected)
    {
        var set = Given.ReplicaSet("web", 1);
        set = set with { Metadata = set.Metadata with { Finalizers = finalizers.Length == 0 ? [] : [finalizers] } };
        var plan = DeletionPlanner.Plan(set, new() { PropagationPolicy = policy }, Given.Now);
        var shown = plan is DeletionPlan.Remove ? "gone" : string.Join(',', plan.Object.Metadata.Finalizers);
        shown.ShouldBe(expected, why);
        plan.Object.Metadata.DeletionTimestamp.ShouldBe(Given.Now);
        if (plan is DeletionPlan.Mark)
        {
            DeletionPlanner.Plan(plan.Object, new(), Given.Now).ShouldBeOfType<DeletionPlan.Unchanged>(why);
        }
    }

    [Fact]
    public void Preconditions_refuse_in_the_references_words()
    {
        var pod = Given.Pod("p");
        Should.Throw<ApiException>(() => DeletionPlanner.Plan(pod, new() { Uid = "x" }, Given.Now)).Message.ShouldBe(
            "Operation cannot be fulfilled on pods \"p\": the UID in the precondition (x) does not match the UID in "
            + "record (uid-p). The object might have been deleted and then recreated");
        Should.Throw<ApiException>(() => DeletionPlanner.Plan(pod, new() { ResourceVersion = "7" }, Given.Now))
            .Code.ShouldBe(409);
    }

    [Fact]
    public void A_namespace_terminates_until_it_is_empty_and_some_never_go()
    {
        var space = new Namespace
        {
            Metadata = new() { Name = "team" },
            Spec = new() { Finalizers = ["kubernetes"] },
            Status = new() { Phase = "Active" },
        };
        var marked = DeletionPlanner.Plan(space, new(), Given.Now).ShouldBeOfType<DeletionPlan.Mark>().Object;
        ((Namespace)marked).Status.Phase.ShouldBe("Terminating");
        DeletionPlanner.IsReleased(marked).ShouldBeFalse();
        DeletionPlanner.IsReleased((Namespace)marked with { Spec = new() }).ShouldBeTrue();
        var immortal = space with { Metadata = new() { Name = "default" } };
        Should.Throw<ApiException>(() => DeletionPlanner.Plan(immortal, new(), Given.Now)).Message
            .ShouldBe("namespaces \"default\" is forbidden: this namespace may not be deleted");
    }
}
