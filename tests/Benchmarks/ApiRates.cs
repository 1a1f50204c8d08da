namespace Orchestrator.Benchmarks;

/// <summary>
/// Requests per second over TLS against the product on its durable store, with the client on the same cores. What
/// compares between busy and quiet hours is the processor time of the server per request.
/// </summary>
internal static class ApiRates
{
    private const string Path = "/api/v1/namespaces/default/configmaps";

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync("--docker", "none");
        table.Add("memory, fresh", $"{orc.Usage().Rss:F0} MiB");
        Round(null, orc, "warm", 16, 4000);
        Round(table, orc, "one", 1, 2000);
        Round(table, orc, "few", 16, 10000);
        Round(table, orc, "many", 64, 10000);
        table.Add("memory, after the writes", $"{orc.Usage().Rss:F0} MiB");
    }

    private static void Round(Table? table, OrcProcess orc, string prefix, int connections, int count)
    {
        var isGoal = connections == 16;
        Add("create", isGoal ? "≥ 5,000/s, p99 ≤ 15 ms" : "", Requests(count, i =>
            RawConnection.Request(orc, "POST", Path, ConfigMap($"{prefix}-{i}", 'x'))));
        Add("get", isGoal ? "≥ 12,000/s, p99 ≤ 5 ms" : "", Requests(3 * count, i =>
            RawConnection.Request(orc, "GET", $"{Path}/{prefix}-{i % count}")));
        Add("update", "", Requests(count, i =>
            RawConnection.Request(orc, "PUT", $"{Path}/{prefix}-{i}", ConfigMap($"{prefix}-{i}", 'y'))));
        Add("merge patch", isGoal ? "≥ 5,000/s" : "", Requests(count, i =>
            RawConnection.Request(orc, "PATCH", $"{Path}/{prefix}-{i}", """{"data":{"patched":"yes"}}""",
                "application/merge-patch+json")));
        Add("delete", isGoal ? "≥ 5,000/s" : "", Requests(count, i =>
            RawConnection.Request(orc, "DELETE", $"{Path}/{prefix}-{i}")));

        void Add(string what, string goal, byte[][] requests)
        {
            var figures = ApiLoad.Run(orc, connections, requests);
            table?.Add($"{what} ConfigMap, connections: {connections}", figures.ToString(), goal);
        }
    }

    private static byte[][] Requests(int count, Func<int, byte[]> make) => [.. Enumerable.Range(0, count).Select(make)];

    private static string ConfigMap(string name, char letter) =>
        $$$"""
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},
        "data":{"value":"{{{new string(letter, 400)}}}"}}
        """;
}
