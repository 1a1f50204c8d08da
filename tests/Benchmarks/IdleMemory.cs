namespace Orchestrator.Benchmarks;

/// <summary>Resident memory and processor use of the process with 20 running pods and nothing to do.</summary>
internal static class IdleMemory
{
    private const int Pods = 20;

    public static async Task MeasureAsync(Table table)
    {
        await using var orc = await OrcProcess.StartAsync();
        await orc.Send(HttpMethod.Post, "/apis/apps/v1/namespaces/default/deployments",
            Manifests.Deployment("idle", Pods));
        while (true)
        {
            var deployment = await orc.Send(HttpMethod.Get, "/apis/apps/v1/namespaces/default/deployments/idle");
            if ((int?)deployment["status"]?["readyReplicas"] == Pods) break;
            await Task.Delay(50);
        }
        await Task.Delay(TimeSpan.FromSeconds(10));
        var before = orc.Usage();
        await Task.Delay(TimeSpan.FromSeconds(20));
        var after = orc.Usage();
        table.Add($"idle with {Pods} pods, resident MiB", $"{after.Rss:F0}", "≤ 150");
        table.Add($"idle with {Pods} pods, % of one core", $"{(after.Cpu - before.Cpu) / 20 * 100:F1}");
    }
}
