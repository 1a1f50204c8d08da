using System.Diagnostics;

namespace Orchestrator.Benchmarks;

/// <summary><c>podman kube play</c> of the same pods, where it is installed and has the image.</summary>
internal static class PodmanPods
{
    public static async Task MeasureAsync(Table table)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, "podman")).FirstOrDefault(File.Exists);
        if (path is null)
        {
            table.Add("podman kube play", "podman is not installed: not measured");
            return;
        }
        var file = Path.GetTempFileName();
        try
        {
            foreach (var containers in new[] { 1, 3 })
            {
                var manifest = Manifests.Pod("bench", containers);
                await File.WriteAllTextAsync(file, manifest.ToJsonString());
                var since = Stopwatch.GetTimestamp();
                var code = await RunAsync(path, "kube", "play", file);
                var took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
                await RunAsync(path, "kube", "play", "--down", file);
                table.Add($"podman kube play, pod of {containers}, ms",
                    code == 0 ? $"{took:F0} (load {RawEngine.Load})" : $"failed with {code}");
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
