using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.ReplicaSets;

namespace Orchestrator.Unit.Tests.ReplicaSets;

public sealed class ReplicaSetProperties
{
    private sealed record World(int Replicas, int[] Pods);

    private static Arbitrary<World> Worlds => Arb.From(
        from replicas in Gen.Choose(0, 12)
        from count in Gen.Choose(0, 20)
        from pods in Gen.Choose(0, int.MaxValue - 1).ArrayOf(count)
        select new World(replicas, pods));

    [Fact]
    public void One_pass_reaches_the_wish_and_the_next_does_nothing() => Prop.ForAll(Worlds, world =>
    {
        var set = Given.ReplicaSet("web", world.Replicas);
        var after = Apply(set, Pods(world));
        var active = after.Count(pod => PodFacts.IsActive(pod) && pod.Metadata.Labels["app"] == "web"
            && pod.Metadata.OwnerReferences.Any(owner => owner.Uid == "uid-web"));
        return active == world.Replicas && ReplicaSetReconciler.Reconcile(set, after, Given.Now).Actions.Count == 0;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_observed_pods_does_not_matter() => Prop.ForAll(Worlds, world =>
    {
        var set = Given.ReplicaSet("web", world.Replicas);
        var pods = Pods(world);
        var there = ReplicaSetReconciler.Reconcile(set, pods, Given.Now);
        var back = ReplicaSetReconciler.Reconcile(set, [.. pods.Reverse()], Given.Now);
        return Shown.As(there.Actions) == Shown.As(back.Actions);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_ready_pod_never_goes_while_an_unready_one_stays() => Prop.ForAll(Worlds, world =>
    {
        var pods = Pods(world).Where(pod => pod.Status.Phase == "Running" && pod.Spec.NodeName!.Length > 0).ToList();
        var plan = ReplicaSetReconciler.Reconcile(Given.ReplicaSet("web", world.Replicas), pods, Given.Now);
        var gone = plan.Actions.OfType<PodAction.Delete>().Select(delete => delete.Name).ToHashSet();
        var own = pods.Where(pod => PodFacts.IsActive(pod) && pod.Metadata.Labels["app"] == "web"
            && pod.Metadata.OwnerReferences.All(owner => owner.Uid == "uid-web")).ToLookup(PodFacts.IsReady);
        return !own[true].Any(pod => gone.Contains(pod.Metadata.Name!))
            || own[false].All(pod => gone.Contains(pod.Metadata.Name!));
    }).QuickCheckThrowOnFailure();

    private static IReadOnlyList<Pod> Pods(World world) => [.. world.Pods.Select((seed, i) => Given.Pod(
        $"p{i}:{(seed % 7) switch { 0 => "Failed", 1 => "Pending", 2 => "Unknown", _ => "Running" }}"
        + ((seed / 7 % 3) == 0 ? "" : $":r={seed / 21 % 5000}")
        + ((seed / 11 % 5) == 0 ? "" : $":node=n{seed % 3}")
        + ((seed / 13 % 8) switch { 0 => ":owner=", 1 => ":owner=uid-other", 2 => ":app=db", 3 => ":del", _ => "" })
        + $":restarts={seed / 17 % 3}:age={seed / 19 % 9000}"))];

    private static IReadOnlyList<Pod> Apply(ReplicaSet set, IReadOnlyList<Pod> pods)
    {
        var world = pods.ToDictionary(pod => pod.Metadata.Name!);
        foreach (var action in ReplicaSetReconciler.Reconcile(set, pods, Given.Now).Actions)
        {
            switch (action)
            {
                case PodAction.Create create:
                    world.Add(create.Name, PodTemplates.CreatePod(set, set.Spec.Template, create.Name));
                    break;
                case PodAction.Delete delete:
                    world.Remove(delete.Name);
                    break;
                case PodAction.Adopt adopt:
                    world[adopt.Name] = Owned(world[adopt.Name], [Given.Controller("uid-web")]);
                    break;
                case PodAction.Release release:
                    world[release.Name] = Owned(world[release.Name], []);
                    break;
            }
        }
        return [.. world.Values];
    }

    private static Pod Owned(Pod pod, IReadOnlyList<OwnerReference> owners) =>
        pod with { Metadata = pod.Metadata with { OwnerReferences = owners } };
}
