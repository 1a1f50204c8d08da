using Orchestrator.Api.Apps.V1;
using Orchestrator.Reconcilers.Deployments;

namespace Orchestrator.Unit.Tests.Deployments;

public sealed class DeploymentReconcilerTests
{
    [Fact]
    public void A_new_deployment_makes_its_set_at_full_size()
    {
        var plan = DeploymentWorld.Of(Given.Deployment("web", 3)).Plan();
        var set = plan.Actions.OfType<DeploymentAction.CreateReplicaSet>().Single().ReplicaSet;
        var hash = set.Metadata.Labels["pod-template-hash"];
        set.Metadata.Name.ShouldBe($"web-{hash}");
        set.Spec.Selector.MatchLabels["pod-template-hash"].ShouldBe(hash);
        set.Spec.Template.Metadata.Labels["pod-template-hash"].ShouldBe(hash);
        set.Spec.Replicas.ShouldBe(3);
        set.Metadata.OwnerReferences.Single().ShouldBe(Given.Controller("uid-web", "Deployment"));
        set.Metadata.Annotations[DeploymentAnnotations.Revision].ShouldBe("1");
        set.Metadata.Annotations[DeploymentAnnotations.DesiredReplicas].ShouldBe("3");
        set.Metadata.Annotations[DeploymentAnnotations.MaxReplicas].ShouldBe("4");
        plan.Actions.OfType<DeploymentAction.SetRevision>().Single().Revision.ShouldBe("1");
        Progressing(plan.Status).Reason.ShouldBe("NewReplicaSetCreated");
        Progressing(plan.Status).Message.ShouldBe($"Created new replica set \"web-{hash}\"");
        plan.LookAgainAfter.ShouldBe(TimeSpan.FromSeconds(601));
    }

    [Fact]
    public void A_rollout_goes_step_by_step_within_its_bounds()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 3)).WithImage("v2");
        string[] steps =
        [
            "v1=3 v2=1", "v1=2 v2=1", "v1=2 v2=2", "v1=1 v2=2", "v1=1 v2=3", "v1=0 v2=3",
        ];
        foreach (var step in steps)
        {
            world = world.Pass();
            world.Sizes.ShouldBe(step);
            world = world.Follow();
        }
        world = world.Pass();
        world.Plan().Actions.ShouldBeEmpty();
        Progressing(world.Deployment.Status).Reason.ShouldBe("NewReplicaSetAvailable");
        world.Deployment.Metadata.Annotations[DeploymentAnnotations.Revision].ShouldBe("2");
    }

    [Fact]
    public void Without_available_new_pods_a_rollout_stands_still()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 4, surge: 1, unavailable: 1)).WithImage("bad");
        for (var i = 0; i < 10; i++)
        {
            world = world.Pass().Follow(set => DeploymentWorld.Image(set) == "bad" ? 0 : set.Spec.Replicas!.Value);
        }
        world.Sizes.ShouldBe("v1=3 bad=2");
        world.Deployment.Status.AvailableReplicas.ShouldBe(3);
        world.Deployment.Status.UnavailableReplicas.ShouldBe(2);
    }

    [Fact]
    public void Sick_old_pods_go_first_even_when_nothing_new_is_available()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 4, surge: 0, unavailable: 1)).WithImage("v2");
        world = world.Follow(set => 2).Pass().Follow(set => DeploymentWorld.Image(set) == "v1" ? 2 : 0).Pass();
        world.Sizes.ShouldBe("v1=3 v2=0");
    }

    [Fact]
    public void Nothing_is_taken_from_old_sets_while_a_status_lags()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 3)).WithImage("v2").Pass();
        world.Pass().Sizes.ShouldBe("v1=3 v2=1");
        world.Follow().Pass().Sizes.ShouldBe("v1=2 v2=1");
    }

    [Fact]
    public void Going_back_uses_the_old_set_under_a_new_revision()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2)).WithImage("v2").Settle().WithImage("v1")
            .Settle();
        world.Sizes.ShouldBe("v1=2 v2=0");
        world.Sets[0].Metadata.Annotations[DeploymentAnnotations.Revision].ShouldBe("3");
        world.Sets[0].Metadata.Annotations[DeploymentAnnotations.RevisionHistory].ShouldBe("1");
        world.Deployment.Metadata.Annotations[DeploymentAnnotations.Revision].ShouldBe("3");
    }

    [Fact]
    public void Scaling_makes_no_revision()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2)).With(spec => spec with { Replicas = 5 })
            .Settle();
        world.Sizes.ShouldBe("v1=5");
        world.Deployment.Metadata.Annotations[DeploymentAnnotations.Revision].ShouldBe("1");
        world.Sets[0].Metadata.Annotations[DeploymentAnnotations.DesiredReplicas].ShouldBe("5");
    }

    [Fact]
    public void Scaling_in_mid_rollout_is_proportional_and_leftovers_go_to_the_largest()
    {
        // 10 replicas, surge 3, unavailable 2: the example of the reference's documentation, 10 → 15.
        var world = DeploymentWorld.Settled(Given.Deployment("web", 10, surge: 3, unavailable: 2)).WithImage("bad");
        for (var i = 0; i < 6; i++)
        {
            world = world.Pass().Follow(set => DeploymentWorld.Image(set) == "bad" ? 0 : set.Spec.Replicas!.Value);
        }
        world.Sizes.ShouldBe("v1=8 bad=5");
        world.With(spec => spec with { Replicas = 15 }).Pass().Sizes.ShouldBe("v1=11 bad=7");
        world.With(spec => spec with { Replicas = 0 }).Pass().Sizes.ShouldBe("v1=0 bad=0");
    }

    [Fact]
    public void A_rollover_abandons_the_half_done_set()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 4, surge: 1, unavailable: 0)).WithImage("v2");
        world = world.Pass().Follow().Pass().Follow().WithImage("v3").Settle();
        world.Sizes.ShouldBe("v1=0 v2=0 v3=4");
    }

    [Fact]
    public void Recreate_waits_until_old_pods_are_gone()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2))
            .With(spec => spec with { Strategy = new() { Type = "Recreate" } }).WithImage("v2").Pass();
        world.Sizes.ShouldBe("v1=0");
        world = world.Follow();
        var last = world with { Pods = Given.Pods($"a:Running:del:owner={world.Sets[0].Metadata.Uid}") };
        last.Pass().Sizes.ShouldBe("v1=0");
        (last with { Pods = Given.Pods($"a:Failed:owner={world.Sets[0].Metadata.Uid}") }).Pass().Sizes
            .ShouldBe("v1=0 v2=2");
    }

    [Fact]
    public void Paused_it_scales_but_does_not_roll_and_its_clock_stands()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2))
            .With(spec => spec with { Paused = true }).WithImage("v2").Pass();
        world.Sizes.ShouldBe("v1=2");
        Progressing(world.Deployment.Status).Reason.ShouldBe("DeploymentPaused");
        world.Later(10_000).Pass().Plan().LookAgainAfter.ShouldBeNull();
        world.With(spec => spec with { Replicas = 4 }).Pass().Sizes.ShouldBe("v1=4");
        var resumed = world.With(spec => spec with { Paused = false }).Later(5000);
        Progressing(resumed.Plan().Status).Reason.ShouldBe("NewReplicaSetCreated");
        resumed.Settle().Sizes.ShouldBe("v1=0 v2=2");
    }

    [Fact]
    public void One_that_is_being_deleted_is_not_looked_at_for_a_deadline()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2)).WithImage("v2").Pass().Later(601);
        var going = world.Deployment with
        {
            Metadata = world.Deployment.Metadata with { DeletionTimestamp = world.Now },
        };
        (world with { Deployment = going }).Plan().LookAgainAfter.ShouldBeNull();
    }

    [Fact]
    public void History_beyond_the_limit_is_deleted_oldest_first()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 1))
            .With(spec => spec with { RevisionHistoryLimit = 1 });
        foreach (var image in new[] { "v2", "v3", "v4" }) world = world.WithImage(image).Settle();
        world.Sizes.ShouldBe("v3=0 v4=1");
    }

    [Fact]
    public void A_rollout_that_stands_still_exceeds_its_deadline_and_recovers()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2)).WithImage("v2").Pass().Follow(set =>
            DeploymentWorld.Image(set) == "v2" ? 0 : set.Spec.Replicas!.Value);
        world = world.Pass().Later(599).Pass();
        Progressing(world.Deployment.Status).Status.ShouldBe("True");
        world = world.Later(2).Pass();
        var condition = Progressing(world.Deployment.Status);
        (condition.Status, condition.Reason).ShouldBe(("False", "ProgressDeadlineExceeded"));
        condition.Message.ShouldBe($"ReplicaSet \"{world.Sets[1].Metadata.Name}\" has timed out progressing.");
        world.Plan().LookAgainAfter.ShouldBeNull();
        Progressing(world.Follow().Settle().Deployment.Status).Reason.ShouldBe("NewReplicaSetAvailable");
    }

    [Fact]
    public void Available_tells_whether_the_minimum_is_kept()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 4));
        Find(world.Deployment.Status, "Available").Message.ShouldBe("Deployment has minimum availability.");
        world = world.Follow(_ => 2).Pass();
        var condition = Find(world.Deployment.Status, "Available");
        (condition.Status, condition.Reason, condition.Message).ShouldBe(
            ("False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."));
        world.Deployment.Status.ObservedGeneration.ShouldBe(world.Deployment.Metadata.Generation);
    }

    [Fact]
    public void A_name_that_is_taken_is_a_collision()
    {
        var deployment = Given.Deployment("web", 1);
        var taken = $"web-{TemplateHash.Of(deployment.Spec.Template, 0)}";
        var plan = DeploymentReconciler.Reconcile(deployment, [], [], Given.Now, name => name == taken);
        plan.Status.CollisionCount.ShouldBe(1);
        plan.Actions.OfType<DeploymentAction.CreateReplicaSet>().Single().ReplicaSet.Metadata.Name
            .ShouldBe($"web-{TemplateHash.Of(deployment.Spec.Template, 1)}");
    }

    [Fact]
    public void Sets_left_by_an_orphaning_deletion_are_adopted_again_and_strangers_are_not()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2));
        var orphan = world.Sets[0] with { Metadata = world.Sets[0].Metadata with { OwnerReferences = [] } };
        var plan = (world with { Sets = [orphan] }).Plan();
        plan.Actions.ShouldBe([new DeploymentAction.AdoptReplicaSet(orphan.Metadata.Name!, orphan.Metadata.Uid!)]);
        var stranger = orphan with
        {
            Metadata = orphan.Metadata with { OwnerReferences = [Given.Controller("uid-earlier-web", "Deployment")] },
        };
        DeploymentReconciler.Reconcile(world.Deployment, [stranger], [], Given.Now,
            name => name == stranger.Metadata.Name)
            .Actions.ShouldContain(action => action is DeploymentAction.CreateReplicaSet);
        var renamed = world.Sets[0] with
        {
            Metadata = world.Sets[0].Metadata with { Labels = Given.Map(("app", "x")) }
        };
        (world with { Sets = [renamed] }).Plan().Actions
            .ShouldContain(action => action is DeploymentAction.ReleaseReplicaSet);
    }

    [Fact]
    public void While_it_is_deleted_it_only_counts()
    {
        var world = DeploymentWorld.Settled(Given.Deployment("web", 2)).WithImage("v2");
        var leaving = world.Deployment with
        {
            Metadata = world.Deployment.Metadata with { DeletionTimestamp = Given.Now },
        };
        (world with { Deployment = leaving }).Plan().Actions.ShouldBeEmpty();
    }

    private static DeploymentCondition Progressing(DeploymentStatus status) => Find(status, "Progressing");

    private static DeploymentCondition Find(DeploymentStatus status, string type) =>
        status.Conditions.Single(condition => condition.Type == type);
}
