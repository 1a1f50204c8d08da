using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Benchmarks;

/// <summary>
/// From the death of a container to the beginning of its restart, and until it runs, by the engine's own clock; and
/// from a look that finds a pod well until a watch shows it ready.
/// </summary>
internal static class Reactions
{
    private const int Pods = 6;
    private const int ContainersPerPod = 6;
    private const int ProbedPods = 20;

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
        await MeasureReadyAsync(orc, table);
    }

    // From the moment a look is answered well, by a server of ours that all the probes ask.
    private static async Task MeasureReadyAsync(OrcProcess orc, Table table)
    {
        using var server = new Readiness();
        var pods = await PodWatch.StartAsync(orc);
        for (var pod = 0; pod < ProbedPods; pod++)
        {
            await orc.Send(HttpMethod.Post, "/api/v1/namespaces/default/pods", Probed($"w{pod}", server.Port));
        }
        await pods.SinceAsync(0, seen => Enumerable.Range(0, ProbedPods).All(
            pod => seen.TryGetValue($"w{pod}", out var one) && PodWatch.IsRunning(one)));
        var took = new List<double>();
        for (var pod = 0; pod < ProbedPods; pod++)
        {
            var name = $"w{pod}";
            took.Add(await pods.SinceAsync(await server.TellAsync(name), seen => PodWatch.IsReady(seen[name])));
        }
        table.Add("probe success → Ready seen by a watch, ms (p50, p99)", Shown(took), "p99 ≤ 50");
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

    private static JsonObject Probed(string name, int port)
    {
        var pod = Manifests.Pod(name);
        pod["spec"]!["containers"]![0]!["readinessProbe"] = new JsonObject
        {
            ["httpGet"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = port, ["path"] = $"/{name}" },
            ["periodSeconds"] = 1,
        };
        return pod;
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
