using System.Globalization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>
/// Pods come and go, several at a time, and nothing of them stays: neither on the engine nor on the disk nor in this
/// process. <c>POD_CYCLES</c> says how many; runs alone, for it counts what the whole process has.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PodCycleTests(PrivateEngine engine) : IClassFixture<PrivateEngine>
{
    private const int AtATime = 8;
    private const int WarmUp = 16;
    private const int Rounds = 4;
    private const int HandlesMoreMax = 6;
    private const long MemoryMoreMax = 2 * 1024 * 1024;

    private static readonly int Cycles = int.Parse(
        System.Environment.GetEnvironmentVariable("POD_CYCLES") ?? "200", CultureInfo.InvariantCulture);

    // In rounds, so that whoever watches the tests sees them go on.
    public static TheoryData<int> EachRound => [.. Enumerable.Range(1, Rounds)];

    [SkippableTheory, MemberData(nameof(EachRound))]
    public async Task Nothing_stays_of_pods_that_came_and_went(int round)
    {
        engine.Need();
        await using var pods = new LocalPods(engine.NewPatientRuntime);
        pods.Cluster.ConfigMaps["cfg"] = new ConfigMap { Data = new Dictionary<string, string> { ["k"] = "v" } };
        await pods.Cluster.StartAgentAsync();
        await CycleAsync(pods, WarmUp);
        var before = await CountAsync(pods);
        await CycleAsync(pods, Cycles / Rounds);
        var after = await CountAsync(pods);
        after.Left.ShouldBe(before.Left);
        after.Handles.ShouldBeLessThanOrEqualTo(before.Handles + HandlesMoreMax);
        after.Memory.ShouldBeLessThan(before.Memory + MemoryMoreMax, $"round {round}: {before} → {after}");
    }

    private static Task CycleAsync(LocalPods pods, int count) =>
        Task.WhenAll(Enumerable.Range(0, AtATime).Select(async lane =>
        {
            for (var i = lane; i < count; i += AtATime)
            {
                var name = $"pod-{lane}";
                await pods.Cluster.ApplyAsync(Given(name));
                await pods.ReadyAsync(name);
                // Some end when asked, some are killed, of some the object is gone at once.
                var uid = pods.Cluster.Find(name)!.Metadata.Uid!;
                if (i % 3 == 0) await pods.Cluster.ForgetAsync(name);
                else await pods.Cluster.DeleteAsync(name, i % 3);
                // Files go last, so that without them nothing is left; asking the engine would only slow it down.
                await Eventually.AsyncTrue($"nothing is left of {name}", () => Task.FromResult<string?>(
                    $"{pods.Cluster.Find(name)?.Metadata.Name}{Directory.Exists(pods.FolderOf(uid))}"),
                    text => text == "False");
            }
        }));

    private async Task<Counted> CountAsync(LocalPods pods)
    {
        await Eventually.AsyncTrue("every worker is let go",
            async () => string.Join(' ', await pods.Cluster.PodUidsAsync()), text => text!.Length == 0);
        pods.Cluster.Events.Clear();
        pods.Cluster.Explanations.Clear();
        pods.Cluster.Phases.Clear();
        var left = string.Join('\n',
            "containers " + await engine.SayAsync("ps", "-aq"),
            "networks " + await engine.SayAsync("network", "ls", "-q"),
            "volumes " + await engine.SayAsync("volume", "ls", "-q"),
            "mounts " + string.Join(' ', engine.Mounts(pods.Files.FullName)),
            "files " + string.Join(' ', Directory.EnumerateFileSystemEntries(
                pods.Files.FullName, "*", SearchOption.AllDirectories)));
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return new(left, Directory.GetFiles("/proc/self/fd").Length, GC.GetTotalMemory(forceFullCollection: true));
    }

    private static Pod Given(string name) => GivenPod.Of(name, GivenPod.Shell("c", LocalPods.Forever) with
    {
        VolumeMounts = [new() { Name = "empty", MountPath = "/e" }, new() { Name = "cfg", MountPath = "/c" }],
    }).With(spec => spec with
    {
        TerminationGracePeriodSeconds = 1,
        Volumes =
        [
            new() { Name = "empty", EmptyDir = new() }, new() { Name = "cfg", ConfigMap = new() { Name = "cfg" } },
        ],
    });

    private sealed record Counted(string Left, int Handles, long Memory);
}

/// <summary>Tests that nothing may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
