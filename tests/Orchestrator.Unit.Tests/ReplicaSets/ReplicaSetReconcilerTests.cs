using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Unit.Tests.ReplicaSets;

public sealed class ReplicaSetReconcilerTests
{
    // why | replicas wanted | pods seen | actions expected
    public static TheoryData<string, int, string, string> Cases => new()
    {
        { "a new set fills its first slots", 3, "", "+0 +1 +2" },
        { "a settled set does nothing", 2, "a:Running:r b:Running:r", "" },
        { "a failed pod is replaced", 2, "a:Failed b:Running:r", "+0" },
        { "a succeeded pod is replaced", 1, "a:Succeeded", "+0" },
        { "a terminating pod is replaced at once", 1, "a:Running:r:del", "+0" },
        { "an orphan that matches is adopted and counts", 2, "a:Running:r:owner=", "?a +0" },
        { "a terminating orphan is not adopted", 1, "a:Running:del:owner=", "+0" },
        { "an orphan of another namespace is not adopted", 1, "a:Running:owner=:ns=other", "+0" },
        { "an orphan that does not match is let be", 1, "a:Running:owner=:app=db", "+0" },
        { "a pod of another owner is let be, though it matches", 1, "a:Running:owner=uid-other", "+0" },
        { "a pod whose labels changed is released and replaced", 1, "a:Running:r:app=db", "!a +0" },
        { "too many after adoption: one goes", 1, "a:Running:r b:Running:owner=", "?b -b" },
        { "scaled to nothing, all go", 0, "a:Running:r:node=n b:Pending", "-a -b" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Decides(string why, int replicas, string seen, string expected)
    {
        var plan = ReplicaSetReconciler.Reconcile(Given.ReplicaSet("web", replicas), Given.Pods(seen), Given.Now);
        Shown.As(plan.Actions).ShouldBe(expected, why);
    }

    // Each pair differs in one thing; the pod named first must go first.
    public static TheoryData<string, string> Rankings => new()
    {
        { "unassigned before assigned", "z:Running:r a:Pending:node=n" },
        { "Pending before Unknown", "z:Pending:node=n a:Unknown:node=m" },
        { "Unknown before Running", "z:Unknown:node=n a:Running:node=m" },
        { "unready before ready", "z:Running:node=n a:Running:r:node=m" },
        { "low cost before high cost", "z:Running:r:node=n:cost=-5 a:Running:r:node=m" },
        { "a malformed cost counts as none", "z:Running:r:node=n:cost=x a:Running:r:node=m:cost=1" },
        { "ready for less time first", "z:Running:r=60:node=n a:Running:r=3600:node=m" },
        { "restarted more often first", "z:Running:r:node=n:restarts=3 a:Running:r:node=m:restarts=1" },
        { "newer first", "z:Running:r:node=n:age=100 a:Running:r:node=m:age=9000" },
        { "the same time bucket: the UID decides", "a:Running:r=3700:node=n z:Running:r=3600:node=m" },
        { "cost outweighs age", "z:Running:r:node=n:cost=-1:age=99999 a:Running:r=1:node=m" },
        { "readiness outweighs cost", "z:Running:node=n:cost=100 a:Running:r:node=m:cost=-100" },
        { "more siblings on the node first", "z:Running:r=9999:node=n a:Running:r=1:node=m" },
    };

    [Theory, MemberData(nameof(Rankings))]
    public void Scales_down_in_the_reference_order(string why, string pair)
    {
        var siblings = why.Contains("siblings") ? Given.Pods("s:Running:r:node=n:owner=uid-old") : [];
        var pods = Given.Pods(pair);
        foreach (var seen in new[] { pods, [.. pods.Reverse()] })
        {
            var plan = ReplicaSetReconciler.Reconcile(
                Given.ReplicaSet("web", 1), seen, Given.Now, new() { Siblings = siblings });
            Shown.As(plan.Actions).ShouldBe($"-{pods[0].Metadata.Name}", why);
        }
    }

    [Fact]
    public void A_deletion_says_why_this_pod()
    {
        var plan = ReplicaSetReconciler.Reconcile(
            Given.ReplicaSet("web", 1), Given.Pods("a:Running:r:node=n b:Running:node=n"), Given.Now);
        plan.Actions.OfType<PodAction.Delete>().Single().Why
            .ShouldBe("2 pods are active, 1 wanted: chosen because it is not ready");
        plan.Reasons.Single().Uid.ShouldBe("uid-b");
    }

    [Fact]
    public void The_status_counts_what_is_there()
    {
        var seen = Given.Pods("a:Running:r=60 b:Running:r=5 c:Pending d:Failed e:Running:r:del");
        var plan = ReplicaSetReconciler.Reconcile(Given.ReplicaSet("web", 3, minReadySeconds: 20), seen, Given.Now);
        plan.Status.ShouldSatisfyAllConditions(
            status => status.Replicas.ShouldBe(3),
            status => status.FullyLabeledReplicas.ShouldBe(3),
            status => status.ReadyReplicas.ShouldBe(2),
            status => status.AvailableReplicas.ShouldBe(1),
            status => status.ObservedGeneration.ShouldBe(1));
        plan.LookAgainAfter.ShouldBe(TimeSpan.FromSeconds(15));
    }

    [Fact]
    public void A_failure_is_a_condition_until_it_is_over()
    {
        var failed = ReplicaSetReconciler.Reconcile(
            Given.ReplicaSet("web", 1), [], Given.Now, new() { Failure = new("FailedCreate", "quota exceeded") });
        var condition = failed.Status.Conditions.Single();
        (condition.Type, condition.Status, condition.Reason, condition.Message)
            .ShouldBe(("ReplicaFailure", "True", "FailedCreate", "quota exceeded"));
        var set = Given.ReplicaSet("web", 1) with { Status = failed.Status };
        ReplicaSetReconciler.Reconcile(set, [], Given.Now).Status.Conditions.ShouldBeEmpty();
    }

    [Fact]
    public void A_set_that_is_being_deleted_makes_and_deletes_nothing()
    {
        var set = Given.ReplicaSet("web", 3);
        set = set with { Metadata = set.Metadata with { DeletionTimestamp = Given.Now } };
        var plan = ReplicaSetReconciler.Reconcile(set, Given.Pods("a:Running:r b:Running:owner="), Given.Now);
        plan.Actions.ShouldBeEmpty();
        plan.Status.Replicas.ShouldBe(1);
    }

    [Fact]
    public void A_burst_is_bounded_and_the_rest_follows_at_once()
    {
        var plan = ReplicaSetReconciler.Reconcile(Given.ReplicaSet("web", 1200), [], Given.Now);
        plan.Actions.Count.ShouldBe(ReplicaSetReconciler.BurstMax);
        plan.LookAgainAfter.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Names_repeat_and_taken_ones_are_passed_over()
    {
        var set = Given.ReplicaSet("web", 2);
        var first = ReplicaSetReconciler.Reconcile(set, [], Given.Now).Actions;
        var again = ReplicaSetReconciler.Reconcile(set, [], Given.Now).Actions;
        again.ShouldBe(first);
        first[0].Name.ShouldMatch("^web-[bcdfghjklmnpqrstvwxz2456789]{5}$");
        var failed = Given.Pod($"{first[0].Name}:Failed");
        var next = ReplicaSetReconciler.Reconcile(set, [failed], Given.Now).Actions;
        Shown.As(next).ShouldBe("+1 +2");
        var stranger = ReplicaSetReconciler.Reconcile(
            set, [], Given.Now, new() { IsTaken = name => name == first[1].Name }).Actions;
        Shown.As(stranger).ShouldBe("+0 +2");
    }

    [Fact]
    public void Names_do_not_collide_and_fit_a_label()
    {
        var names = PodNames.Free(new string('x', 80), "uid", 5000, _ => false).Select(create => create.Name).ToList();
        names.Distinct().Count().ShouldBe(5000);
        names.ShouldAllBe(name => name.Length == 63);
        PodNames.Of("web", "uid-1", 0).ShouldNotBe(PodNames.Of("web", "uid-2", 0));
    }

    [Fact]
    public void A_pod_is_its_template_under_the_sets_ownership()
    {
        var set = Given.ReplicaSet("web", 1);
        var pod = PodTemplates.CreatePod(set, set.Spec.Template, "web-abcde");
        pod.Metadata.Labels["app"].ShouldBe("web");
        pod.Metadata.GenerateName.ShouldBe("web-");
        pod.Spec.ShouldBeSameAs(set.Spec.Template.Spec);
        pod.Metadata.OwnerReferences.Single().ShouldBe(Given.Controller("uid-web"));
    }
}
