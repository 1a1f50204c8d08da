using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary>Docker Swarm on the same engine: services of 1, 20 and 50 tasks, of one container each.</summary>
internal static class SwarmTasks
{
    public static async Task MeasureAsync(Table table)
    {
        if ((await SayAsync("info", "-f", "{{.Swarm.LocalNodeState}}")).Trim() != "inactive")
        {
            table.Add("Docker Swarm", "the engine is part of a swarm already: not measured");
            return;
        }
        await SayAsync("swarm", "init", "--advertise-addr", "127.0.0.1", "--listen-addr", "127.0.0.1:2377");
        try
        {
            foreach (var count in new[] { 1, 20, 50 }) await MeasureAsync(table, count);
        }
        finally
        {
            await SayAsync("swarm", "leave", "--force");
        }
    }

    private static async Task MeasureAsync(Table table, int count)
    {
        var name = $"bench-{Environment.ProcessId}";
        var since = Stopwatch.GetTimestamp();
        await SayAsync("service", "create", "-d", "--no-resolve-image", "--name", name, "--replicas", $"{count}",
            "--stop-signal", "SIGKILL", Manifests.Image, "sleep", "100000");
        try
        {
            while ((await SayAsync("service", "ls", "--format", "{{.Replicas}}", "--filter", $"name={name}")).Trim()
                != $"{count}/{count}")
            {
                if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(2)) throw new TimeoutException("swarm");
                await Task.Delay(50);
            }
            var took = Stopwatch.GetElapsedTime(since).TotalSeconds;
            table.Add($"Docker Swarm: {count} tasks running, s",
                $"{took:F2}, {count / took:F1} tasks/s (load {RawEngine.Load})");
        }
        finally
        {
            await SayAsync("service", "rm", name);
            while ((await SayAsync("ps", "-aq", "--filter", $"name={name}")).Trim().Length > 0) await Task.Delay(100);
        }
    }

    private static async Task<string> SayAsync(params string[] arguments)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true })!;
        var said = await docker.StandardOutput.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return said;
    }
}
