using System.Text.Json.Nodes;
using Orchestrator.Fault.Tests.Faults;

namespace Orchestrator.Fault.Tests.Processes;

/// <summary>Two deployments: one that nobody touches, and one that is changed all the time.</summary>
internal sealed class Workloads(ProcessCluster cluster)
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
    private const string Steady = "steady", Rolling = "rolling";
    private const int SteadyReplicas = 4, RollingReplicas = 3;

    // Ends at once when it is asked to.
    private const string Forever = "trap 'exit 0' TERM; while true; do sleep 1 & wait $!; done";
    private static readonly TimeSpan RollPause = TimeSpan.FromSeconds(2.5), SettlePatience = TimeSpan.FromSeconds(120);

    private SortedDictionary<string, string> _before = [];

    /// <summary>How often the rolling one was changed.</summary>
    public int Changes { get; private set; }

    /// <summary>Makes both and waits until they run.</summary>
    public async Task StartAsync()
    {
        await cluster.SendAsync(HttpMethod.Post, Deployments, Manifest(Steady, SteadyReplicas));
        await cluster.SendAsync(HttpMethod.Post, Deployments, Manifest(Rolling, RollingReplicas));
        await SettledAsync();
        _before = await OfSteadyAsync();
        Assert.Equal(2 * SteadyReplicas, _before.Count);
    }

    /// <summary>Changes the rolling one until it is told to end.</summary>
    public async Task RollAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(RollPause);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var patch = JsonNode.Parse(
                    $$"""{"spec":{"template":{"metadata":{"labels":{"version":"v{{++Changes}}"} } } } }""");
                await cluster.SendAsync(
                    HttpMethod.Patch, $"{Deployments}/{Rolling}", patch, "application/merge-patch+json");
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Waits until both are as wished, and the engines run what belongs to them and nothing else.</summary>
    public Task SettledAsync() => Eventually.RightAsync(async () =>
        await WrongWithAsync(Steady, SteadyReplicas) ?? await WrongWithAsync(Rolling, RollingReplicas)
        ?? await WrongWithContainersAsync(), SettlePatience);

    /// <summary>The containers nobody touched are the very same, and have run ever since.</summary>
    public async Task StandAsBeforeAsync() => Assert.Equal(_before, await OfSteadyAsync());

    private async Task<SortedDictionary<string, string>> OfSteadyAsync() => new((await cluster.RunningAsync())
        .Where(one => one.Key.Contains($"_{Steady}-", StringComparison.Ordinal)).ToDictionary());

    private async Task<string?> WrongWithAsync(string name, int replicas)
    {
        var deployment = await cluster.SendAsync(HttpMethod.Get, $"{Deployments}/{name}");
        var (status, generation) = (deployment["status"]!, (long)deployment["metadata"]!["generation"]!);
        var counts = new[] { "replicas", "updatedReplicas", "availableReplicas" }.Select(key => (int?)status[key] ?? 0);
        return (long?)status["observedGeneration"] == generation && counts.All(count => count == replicas) ? null
            : $"{name} is not settled at generation {generation}: {status.ToJsonString()}\n{await PodsAsync()}";
    }

    private async Task<string?> WrongWithContainersAsync()
    {
        var running = await cluster.RunningAsync();
        return running.Count == 2 * (SteadyReplicas + RollingReplicas) ? null
            : $"the engines run {string.Join(", ", running.Keys)}\n{await PodsAsync()}";
    }

    private async Task<string> PodsAsync()
    {
        var list = await cluster.SendAsync(HttpMethod.Get, "/api/v1/namespaces/default/pods");
        return string.Join('\n', list["items"]!.AsArray().Select(pod =>
            $"  {pod!["metadata"]!["name"]} {pod["metadata"]!["uid"]} on {pod["spec"]!["nodeName"]} "
            + $"going {pod["metadata"]!["deletionTimestamp"]} {pod["status"]!.ToJsonString()}"));
    }

    private static JsonObject Manifest(string name, int replicas) => new()
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["replicas"] = replicas,
            ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = name } },
                ["spec"] = new JsonObject
                {
                    ["terminationGracePeriodSeconds"] = 1,
                    ["containers"] = new JsonArray(new JsonObject
                    {
                        ["name"] = "main",
                        ["image"] = "orc-sample/busybox:1",
                        ["command"] = new JsonArray("sh", "-c", Forever),
                    }),
                },
            },
        },
    };
}
