using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Orchestrator.Benchmarks;

/// <summary>Creates and gets per second over TLS at 16 connections, client on the same cores.</summary>
internal static class ApiRates
{
    private const int Objects = 2000;
    private const int Workers = 16;

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            var prefix = $"cm-{round}";
            await Rate(table, "create ConfigMap", round, i => orc.Send(HttpMethod.Post,
                "/api/v1/namespaces/default/configmaps", ConfigMap($"{prefix}-{i}")), "≥ 5,000");
            await Rate(table, "get ConfigMap", round,
                i => orc.Send(HttpMethod.Get, $"/api/v1/namespaces/default/configmaps/{prefix}-{i}"), "≥ 12,000");
        }
    }

    private static async Task Rate(Table table, string what, int round, Func<int, Task> call, string goal)
    {
        var took = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        await Figures.Pool(Objects, Workers, async i =>
        {
            var begun = Stopwatch.GetTimestamp();
            await call(i);
            took.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        });
        var rate = Objects / watch.Elapsed.TotalSeconds;
        table.Add($"{what}, {Workers} at once, /s{(round == 0 ? ", cold" : "")}",
            $"{rate:N0} (p50 {Figures.Percentile(took, 0.5):F1} ms, p99 {Figures.Percentile(took, 0.99):F1} ms)", goal);
    }

    private static JsonObject ConfigMap(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["value"] = new string('x', 400) },
    };
}
