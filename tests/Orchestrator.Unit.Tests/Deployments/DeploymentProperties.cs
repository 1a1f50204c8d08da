using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Reconcilers.Deployments;

namespace Orchestrator.Unit.Tests.Deployments;

public sealed class DeploymentProperties
{
    private sealed record Case(int Replicas, int Surge, int Unavailable, int[] Luck);

    private static Arbitrary<Case> Cases => Arb.From(
        from replicas in Gen.Choose(1, 12)
        from surge in Gen.Choose(0, 6)
        from unavailable in Gen.Choose(0, 6)
        from luck in Gen.Choose(0, 1_000_000).ArrayOf(40)
        select new Case(replicas, surge, unavailable, luck));

    // Pods come up, templates change and statuses lag in any order; no pod that is available fails of itself.
    [Fact]
    public void Never_above_surge_and_never_below_the_minimum() => Prop.ForAll(Cases, given =>
    {
        var world = Start(given);
        var available = world.Sets.ToDictionary(set => set.Metadata.Uid!, set => set.Spec.Replicas!.Value);
        foreach (var luck in given.Luck)
        {
            if (luck % 5 == 0) world = world.WithImage($"v{luck % 3}");
            world = world.Pass();
            foreach (var set in world.Sets)
            {
                var (uid, size) = (set.Metadata.Uid!, set.Spec.Replicas!.Value);
                var now = Math.Min(size, available.GetValueOrDefault(uid));
                available[uid] = now + (luck / 7 % (size - now + 1));
            }
            if (luck % 3 != 0) world = world.Follow(set => available[set.Metadata.Uid!]);
            var most = given.Replicas + RolloutMath.MaxSurge(world.Deployment);
            var least = given.Replicas - RolloutMath.MaxUnavailable(world.Deployment);
            if (world.Total > most || available.Values.Sum() < least) return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void From_anywhere_it_settles_and_then_does_nothing() => Prop.ForAll(Cases, given =>
    {
        var world = Start(given);
        foreach (var luck in given.Luck.Take(10))
        {
            if (luck % 2 == 0) world = world.WithImage($"v{luck % 3}");
            if (luck % 4 == 1) world = world.With(spec => spec with { Replicas = luck % 9 });
            if (luck % 7 == 1) world = world.With(spec => spec with { Paused = !spec.Paused });
            world = world.Pass().Follow(set => set.Spec.Replicas!.Value * (luck % 3) / 2);
        }
        world = world.With(spec => spec with { Paused = false }).Settle();
        var last = world.Plan();
        return last.Actions.Count == 0 && world.Total == world.Deployment.Spec.Replicas
            && last.Status.UpdatedReplicas == world.Total && Equal(last.Status, world.Deployment.Status);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_sets_does_not_matter() => Prop.ForAll(Cases, given =>
    {
        var world = Start(given);
        foreach (var luck in given.Luck.Take(12))
        {
            if (luck % 2 == 0) world = world.WithImage($"v{luck % 5}");
            world = world.Pass().Follow(set => set.Spec.Replicas!.Value * (luck % 3) / 2);
            var back = world with { Sets = [.. world.Sets.Reverse()] };
            var (a, b) = (world.Plan().Reasons, back.Plan().Reasons);
            if (!a.SequenceEqual(b)) return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();

    private static DeploymentWorld Start(Case given) => DeploymentWorld.Settled(
        Given.Deployment("web", given.Replicas, "v0", given.Surge, given.Unavailable));

    private static bool Equal(DeploymentStatus a, DeploymentStatus b) =>
        a.Conditions.SequenceEqual(b.Conditions) && a with { Conditions = [] } == b with { Conditions = [] };
}
