using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Settings.V1Alpha1;
using Orchestrator.Grains;

namespace Orchestrator.Cluster.Tests;

/// <summary>New pods get what presets hold, whoever makes them; pods keep who they are.</summary>
public sealed class PodPresetTests(SharedWorld shared) : IClassFixture<SharedWorld>
{
    private const string Mark = "podpreset.admission.kubernetes.io/podpreset-db";

    private TestWorld World => shared.World;

    [Fact]
    public async Task A14_Pods_of_a_controller_get_their_presets_and_none_is_made_twice()
    {
        await PresetAsync("given", "1");
        await World.Create(Given.ReplicaSet("web", 3, "given"));
        await World.Eventually(() => Pods("given").Count == 3, "three pods are there");
        Assert.All(Pods("given"), pod =>
        {
            Assert.Equal("1", pod.Spec.Containers[0].Env.Single(env => env.Name == "DB").Value);
            Assert.NotEmpty(pod.Metadata.Annotations[Mark]);
        });
    }

    [Fact]
    public async Task A14_A_conflict_leaves_the_pod_as_it_is_and_says_so()
    {
        await PresetAsync("against", "1");
        var pod = await World.Create(Given.Pod("p", "against").With(spec => spec with
        {
            Containers = [spec.Containers[0] with { Env = [new EnvVar { Name = "DB", Value = "2" }] }],
        }));
        Assert.Equal("2", pod.Spec.Containers[0].Env.Single().Value);
        Assert.False(pod.Metadata.Annotations.ContainsKey(Mark));
        await World.Eventually(() => World.Cache.List(Event.Kind, "against").Items.Any(
            item => item.Object is Event { Type: "Warning", Reason: "PodPresetConflict" }), "an event tells of it");
        Assert.Contains(await World.Reasons(pod), reason => reason.Decision == "PodPresetConflict");
    }

    [Fact]
    public async Task A14_A_trial_changes_nothing_and_shows_what_would_be()
    {
        await PresetAsync("tried", "1");
        var pod = await World.Create(Given.Pod("p", "tried"), new WriteOptions(DryRun: true));
        Assert.Equal("1", pod.Spec.Containers[0].Env.Single().Value);
        Assert.Null(World.Find(pod));
    }

    [Fact]
    public async Task A3_A_pod_is_bound_once_and_its_replacement_is_another()
    {
        var first = await World.Create(Given.Pod("once"));
        await World.Running(first);
        var grain = (IPodGrain)World.GrainOf(first);
        var refusal = await Refused.With(409, "Conflict", () => grain.Bind(first.Metadata.Uid!, "node-2", "a test"));
        Assert.Contains("already assigned to node \"node-1\"", refusal.Message, StringComparison.Ordinal);
        await World.Delete(first);
        await World.Gone(first);
        var second = await World.Create(Given.Pod("once"));
        Assert.NotEqual(first.Metadata.Uid, second.Metadata.Uid);
        await Refused.With(409, "Conflict", () => grain.Bind(first.Metadata.Uid!, "node-1", "late news"));
        await World.Running(second);
    }

    private async Task PresetAsync(string ns, string value)
    {
        await World.Create(Given.Namespace(ns));
        await World.Create(new PodPreset
        {
            Metadata = new() { Name = "db", Namespace = ns },
            Spec = new() { Env = [new EnvVar { Name = "DB", Value = value }] },
        });
    }

    private List<Pod> Pods(string ns) => [.. World.Cache.List(Pod.Kind, ns).Items.Select(item => (Pod)item.Object)];
}
