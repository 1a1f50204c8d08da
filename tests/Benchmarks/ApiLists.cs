using System.Globalization;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Lists of ConfigMaps and of pods that no scheduler places: as JSON, as a table, and compressed as Go clients ask.
/// </summary>
internal static class ApiLists
{
    private const string Table = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io\r\n";
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private const string Compressed = "Accept-Encoding: gzip\r\n";

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync("--docker", "none");
        ApiLoad.Run(orc, 16, [.. Enumerable.Range(0, 2000).Select(i => RawConnection.Request(
            orc, "POST", ConfigMaps,
            $$$"""{"metadata":{"name":"cm-{{{i}}}"},"data":{"value":"{{{new string('x', 300)}}}"}}"""))]);
        Lists(table, orc, "list 2000 ConfigMaps", ConfigMaps, "p50 ≤ 5 ms");
        foreach (var pods in (int[])[2000, 5000])
        {
            var ns = $"list-{pods}";
            await orc.Send(HttpMethod.Post, "/api/v1/namespaces", new System.Text.Json.Nodes.JsonObject
            {
                ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = ns },
            });
            var path = $"/api/v1/namespaces/{ns}/pods";
            var made = ApiLoad.Run(orc, 16, [.. Enumerable.Range(0, pods).Select(i =>
                RawConnection.Request(orc, "POST", path, Pod($"pod-{i.ToString(CultureInfo.InvariantCulture)}")))]);
            table.Add($"create {pods} pods, 16 connections", made.ToString());
            Lists(table, orc, $"list {pods} pods", path, "");
        }
        table.Add("memory, with 7,000 pods", $"{orc.Usage().Rss:F0} MiB");
    }

    private static void Lists(Table table, OrcProcess orc, string what, string path, string goal)
    {
        foreach (var (form, headers) in ((string, string)[])
            [("JSON", ""), ("table", Table), ("JSON, gzip", Compressed), ("table, gzip", Table + Compressed)])
        {
            var request = RawConnection.Request(orc, "GET", path, more: headers);
            ApiLoad.Run(orc, 1, [.. Enumerable.Repeat(request, 50)]);
            var figures = ApiLoad.Run(orc, 1, [.. Enumerable.Repeat(request, 100)]);
            table.Add($"{what}, {form}", figures.OfLargeAnswers, form == "JSON" ? goal : "");
        }
    }

    private static string Pod(string name) =>
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","labels":{"app":"list","tier":"bench"}},
        "spec":{"schedulerName":"nobody","containers":[{"name":"main","image":"busybox:1.36",
        "command":["sleep","100000"],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],
        "ports":[{"containerPort":80}],"resources":{"requests":{"cpu":"10m","memory":"16Mi"}}
        }]}}
        """;
}
