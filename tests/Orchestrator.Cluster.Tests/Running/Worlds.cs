using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>Questions that tests ask of a world.</summary>
internal static class Worlds
{
    public static bool IsReady(this Pod pod) =>
        pod.Metadata.DeletionTimestamp is null
            && pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });

    public static bool IsGoing(this ApiObject obj) => obj.Metadata.DeletionTimestamp is not null;

    public static string AppOf(this ApiObject obj) => obj.Metadata.Labels.GetValueOrDefault("app", "");

    public static string ImageOf(this Pod pod) => pod.Spec.Containers[0].Image ?? "";

    public static IReadOnlyList<Pod> Pods(this TestWorld world, string app, string ns = "default") =>
        [.. world.Cache.All(Pod.Kind, ns).Where(pod => pod.AppOf() == app)];

    public static IReadOnlyList<ReplicaSet> Sets(this TestWorld world, Deployment deployment) =>
        [.. world.Cache.All(ReplicaSet.Kind, deployment.Metadata.Namespace)
            .Where(set => Owners.IsControlledBy(set, world.Fresh(deployment).Metadata.Uid))];

    public static Task Running(this TestWorld world, Pod pod) =>
        world.Eventually(() => world.Find(pod)?.IsReady() == true, $"pod {pod.Metadata.Name} is ready");

    public static Task Gone(this TestWorld world, ApiObject obj) =>
        world.Eventually(() => world.Find(obj) is null, $"{KindRegistry.KeyOf(obj)} is gone");

    /// <summary>So many pods of the app are ready, and no others are there.</summary>
    public static Task Settled(this TestWorld world, string app, int count, string ns = "default") =>
        world.Eventually(
            () => world.Pods(app, ns) is var pods && pods.Count == count && pods.All(pod => pod.IsReady()),
            $"{count} pods of {app} are ready");

    /// <summary>The rollout of the newest generation is complete, and the old pods are gone.</summary>
    public static Task Rolled(this TestWorld world, Deployment deployment) => world.Eventually(
        () =>
        {
            var (now, wanted) = (world.Fresh(deployment), world.Fresh(deployment).Spec.Replicas);
            return now.Status.ObservedGeneration == now.Metadata.Generation && now.Status.UpdatedReplicas == wanted
                && now.Status.AvailableReplicas == wanted && now.Status.Replicas == wanted
                && world.Pods(now.Metadata.Name!, now.Metadata.Namespace!).Count == wanted;
        },
        $"deployment {deployment.Metadata.Name} is rolled out");

    /// <summary>The pods of an app as they stood at every revision.</summary>
    public static async IAsyncEnumerable<(long Revision, IReadOnlyList<Pod> Pods)> PodsOverTime(
        this TestWorld world, string app, long after = 0)
    {
        var pods = new SortedDictionary<string, Pod>(StringComparer.Ordinal);
        foreach (var change in await world.History())
        {
            if (change.Object.Object is not Pod pod || pod.AppOf() != app) continue;
            if (change.Type == ChangeType.Deleted) pods.Remove(pod.Metadata.Name!);
            else pods[pod.Metadata.Name!] = pod;
            if (change.Revision > after) yield return (change.Revision, [.. pods.Values]);
        }
    }
}
