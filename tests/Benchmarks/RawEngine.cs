using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Benchmarks;

/// <summary>The container engine without us: the same calls, and nothing else.</summary>
internal sealed class RawEngine : IAsyncDisposable
{
    private static int _count;

    private readonly DockerRuntime _runtime = new(
        Endpoint, $"bench/{Environment.ProcessId}", new DockerOptions(), TimeProvider.System,
        NullLogger<DockerRuntime>.Instance);

    /// <summary>Where it listens: <c>DOCKER_HOST</c> names another, such as one that serves warm sandboxes.</summary>
    public static string Endpoint => Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host
        ? host : "unix:///var/run/docker.sock";

    /// <summary>It can give warm sandboxes away.</summary>
    public async Task<bool> ServesWarmAsync() => (await _runtime.DescribeAsync(default)).NamesJoinedHosts;

    /// <summary>Makes pods as we lay them out, so many at a time; returns what each and all took, in ms.</summary>
    public async Task<(List<double> Each, double All)> StartAsync(int pods, int containers, int concurrency)
    {
        var infra = await _runtime.EnsureInfraImageAsync(default);
        var took = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        await Figures.Pool(pods, concurrency, async _ =>
        {
            var since = Stopwatch.GetTimestamp();
            var sandbox = await StartAsync(infra, null);
            await Task.WhenAll(Enumerable.Range(0, containers).Select(_ => StartAsync(Manifests.Image, sandbox)));
            lock (took) took.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        });
        var all = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        await ClearAsync();
        return (took, all);
    }

    /// <summary>
    /// Makes containers that join one sandbox, so many at a time: what is left of a pod's start when its sandbox waits.
    /// </summary>
    public async Task<(List<double> Each, double All)> JoinAsync(int containers, int concurrency)
    {
        var sandbox = await StartAsync(await _runtime.EnsureInfraImageAsync(default), null);
        var took = new List<double>();
        var begun = Stopwatch.GetTimestamp();
        await Figures.Pool(containers, concurrency, async _ =>
        {
            var since = Stopwatch.GetTimestamp();
            await StartAsync(Manifests.Image, sandbox);
            lock (took) took.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        });
        var all = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        await ClearAsync();
        return (took, all);
    }

    /// <summary>Removes all it has made.</summary>
    public async Task ClearAsync()
    {
        var left = await _runtime.ListAsync(default);
        foreach (var joined in new[] { true, false })
        {
            var ids = left.Where(seen => seen.Labels.ContainsKey("joined") == joined).Select(seen => seen.Id).ToList();
            await Figures.Pool(ids.Count, 4, i => _runtime.RemoveAsync(ids[i], default));
        }
    }

    /// <summary>Warm sandboxes that wait now, of whichever cluster.</summary>
    public static async Task<int> WaitingAsync()
    {
        using var shell = Process.Start(new ProcessStartInfo("docker", ["ps", "-q", "--filter", "name=k8s_WARM_"])
        {
            RedirectStandardOutput = true,
        })!;
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    /// <summary>Waits until so many wait.</summary>
    public static async Task FilledAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await WaitingAsync() < count) await Task.Delay(100, patience.Token);
    }

    /// <summary>Other work of the machine, which all figures depend on.</summary>
    public static string Load => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..2]);

    public async ValueTask DisposeAsync()
    {
        await ClearAsync();
        await _runtime.DisposeAsync();
    }

    private async Task<string> StartAsync(string image, string? sandbox)
    {
        var name = string.Create(CultureInfo.InvariantCulture,
            $"bench-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        var labels = new Dictionary<string, string> { [ContainerLabels.ContainerName] = name };
        if (sandbox is not null) labels["joined"] = sandbox;
        var id = await _runtime.CreateAsync(new ContainerSpec
        {
            Name = name,
            Image = image,
            Labels = labels,
            JoinsSandbox = sandbox,
            Command = sandbox is null ? [] : ["sleep", "100000"],
        }, default);
        await _runtime.StartAsync(id, default);
        return id;
    }
}
