using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Benchmarks;

/// <summary>
/// From the death of a container to the beginning of its restart, and until it runs, by the engine's own clock.
/// </summary>
internal static class Reactions
{
    private const int Pods = 6;
    private const int ContainersPerPod = 6;

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync();
        await using var runtime = new DockerRuntime(
            "unix:///var/run/docker.sock", $"{await ClusterOf(orc)}/bench-{orc.Port}", new DockerOptions(),
            TimeProvider.System, NullLogger<DockerRuntime>.Instance);
        for (var pod = 0; pod < Pods; pod++)
            await orc.Send(HttpMethod.Post, "/api/v1/namespaces/default/pods", Pod($"r{pod}"));
        var begun = new List<double>();
        var running = new List<double>();
        foreach (var container in await Running(runtime, 0))
        {
            await runtime.StopAsync(container.Id, TimeSpan.Zero, "KILL", default);
            var dead = (await runtime.InspectAsync(container.Id, default))!;
            var next = await Next(runtime, container.Name);
            begun.Add((next.CreatedAt - dead.FinishedAt!.Value).TotalMilliseconds);
            running.Add((next.StartedAt!.Value - dead.FinishedAt!.Value).TotalMilliseconds);
        }
        table.Add("container death → restart begun, ms (p50, p99)", Shown(begun), "p99 ≤ 100");
        table.Add("container death → running again, ms (p50, p99)", Shown(running));
    }

    private static string Shown(List<double> took) =>
        $"{Figures.Percentile(took, 0.5):F0}, {Figures.Percentile(took, 0.99):F0}";

    private static async Task<string> ClusterOf(OrcProcess orc) =>
        (await File.ReadAllTextAsync(Path.Combine(orc.Folder, "cluster-id"))).Trim();

    // Once all of them run.
    private static async Task<List<ContainerSnapshot>> Running(DockerRuntime runtime, int attempt)
    {
        while (true)
        {
            var running = (await runtime.ListAsync(default)).Where(container =>
                container.Phase == ContainerPhase.Running
                && container.Labels[ContainerLabels.ContainerName] != ContainerLabels.InfraContainer
                && container.Name.EndsWith($"_{attempt}", StringComparison.Ordinal)).ToList();
            if (running.Count == Pods * ContainersPerPod) return running;
            await Task.Delay(100);
        }
    }

    private static async Task<ContainerSnapshot> Next(DockerRuntime runtime, string name)
    {
        while (true)
        {
            var next = await runtime.InspectAsync($"{name[..^1]}1", default);
            if (next is { Phase: ContainerPhase.Running, StartedAt: not null }) return next;
            await Task.Delay(20);
        }
    }

    private static JsonObject Pod(string name)
    {
        var pod = Manifests.Pod(name);
        var one = pod["spec"]!["containers"]![0]!;
        var containers = new JsonArray();
        for (var i = 0; i < ContainersPerPod; i++)
        {
            var container = one.DeepClone();
            container["name"] = $"c{i}";
            containers.Add(container);
        }
        pod["spec"]!["containers"] = containers;
        return pod;
    }
}
