using Orchestrator.Api.Meta;
using Orchestrator.Grains;

namespace Orchestrator.Cluster.Tests;

/// <summary>A refusal reaches the caller whole, from whichever silo it comes.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task Code_reason_sentence_and_causes_arrive()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0, silos: 2);
        for (var i = 0; i < 10; i++)
        {
            var refusal = await Refused.With(
                422, "Invalid", () => world.Create(Given.ConfigMap($"map-{i}", "default", ("a/b", ""), ("c/d", ""))));
            Assert.StartsWith($"ConfigMap \"map-{i}\" is invalid: ", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(2, refusal.Details!.Causes.Count);
            Assert.Equal($"map-{i}", refusal.Details.Name);
        }
        var ns = await world.Create(Given.Namespace("going"));
        var held = Given.ConfigMap("held", "going");
        await world.Create(held with { Metadata = held.Metadata with { Finalizers = ["example.com/a"] } });
        await world.Delete(ns);
        for (var i = 0; i < 10; i++)
        {
            var refusal =
                await Refused.With(403, "Forbidden", () => world.Create(Given.ConfigMap($"map-{i}", "going")));
            Assert.Equal("NamespaceTerminating", Assert.Single(refusal.Details!.Causes).Reason);
        }
    }

    [Fact]
    public async Task Objects_and_warnings_arrive()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0, silos: 2);
        for (var i = 0; i < 10; i++)
        {
            var map = await world.Create(Given.ConfigMap($"map-{i}", "default", ("a", "1")));
            Assert.Equal("1", map.Data["a"]);
            var result = await world.GrainOf(map).Patch(new PatchRequest("application/merge-patch+json",
                """{"colour":"red"}"""u8.ToArray(), ""), new WriteOptions());
            Assert.Single(result.Warnings!);
        }
    }
}
