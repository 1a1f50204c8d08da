using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;
using Orchestrator.Storage;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>A world whose claims are served, and what is waited for in it.</summary>
internal static class StorageWorld
{
    /// <summary>One with the class that is usual.</summary>
    public static async Task<TestWorld> StartAsync(int nodes = 1, short silos = 1)
    {
        var world = await TestWorld.StartAsync(
            nodes, silos, options => options.VolumeRetryDelay = TimeSpan.FromMilliseconds(100));
        await world.Create(LocalStorage.DefaultClass);
        return world;
    }

    /// <summary>Waits until an event says so of an object.</summary>
    public static Task Told(TestWorld world, ApiObject about, string reason, string message) => world.Eventually(
        () => world.Cache.All(Event.Kind).Any(told => told.InvolvedObject.Uid == about.Metadata.Uid
            && told.Reason == reason && told.Message == message),
        $"{about.Metadata.Name} is told of {reason}");

    /// <summary>Waits until a pod waits, and says why.</summary>
    public static Task Refused(TestWorld world, Pod pod, string why) => world.Eventually(
        () => world.Fresh(pod).Status.Conditions.Any(
            condition => condition is { Type: "PodScheduled", Status: "False", Message: { } message }
                && message.Contains(why, StringComparison.Ordinal)),
        $"pod {pod.Metadata.Name} waits, for {why}");
}
