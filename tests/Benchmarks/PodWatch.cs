using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Orchestrator.Benchmarks;

/// <summary>All pods of the default namespace as one watch shows them, and when they came to be so.</summary>
internal sealed class PodWatch
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly OrcProcess _orc;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonNode> _pods = [];
    private readonly List<(Func<IReadOnlyDictionary<string, JsonNode>, bool> Holds, TaskCompletionSource<long> Seen)>
        _waiting = [];

    private PodWatch(OrcProcess orc) => _orc = orc;

    /// <summary>Begins to watch.</summary>
    public static async Task<PodWatch> StartAsync(OrcProcess orc)
    {
        var watch = new PodWatch(orc);
        _ = Task.Run(watch.FollowAsync);
        // Once it has shown one pod it will show all.
        await orc.Send(HttpMethod.Post, Pods, Manifests.Pod("first"));
        await watch.WhenAsync(pods => pods.ContainsKey("first") && IsRunning(pods["first"]));
        await watch.DeleteAsync("first");
        return watch;
    }

    public static bool IsRunning(JsonNode pod) => (string?)pod["status"]?["phase"] == "Running";

    public static bool IsReady(JsonNode pod) => pod["metadata"]!["deletionTimestamp"] is null
        && (pod["status"]?["conditions"]?.AsArray() ?? []).Any(condition =>
            (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True");

    /// <summary>Makes one and returns how long it took until it ran, in ms.</summary>
    public async Task<double> CreateAsync(string name, int containers = 1, int grace = 0)
    {
        var since = Stopwatch.GetTimestamp();
        await _orc.Send(HttpMethod.Post, Pods, Manifests.Pod(name, containers, grace));
        return await SinceAsync(since, pods => pods.TryGetValue(name, out var pod) && IsRunning(pod));
    }

    /// <summary>Deletes one and returns how long it took until its object was gone, in ms.</summary>
    public async Task<double> DeleteAsync(string name)
    {
        var since = Stopwatch.GetTimestamp();
        await _orc.Send(HttpMethod.Delete, $"{Pods}/{name}");
        return await SinceAsync(since, pods => !pods.ContainsKey(name));
    }

    /// <summary>How long after a moment all pods were so, in ms.</summary>
    public async Task<double> SinceAsync(long since, Func<IReadOnlyDictionary<string, JsonNode>, bool> holds) =>
        Stopwatch.GetElapsedTime(since, await WhenAsync(holds)).TotalMilliseconds;

    private Task<long> WhenAsync(Func<IReadOnlyDictionary<string, JsonNode>, bool> holds)
    {
        lock (_gate)
        {
            if (holds(_pods)) return Task.FromResult(Stopwatch.GetTimestamp());
            var seen = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((holds, seen));
            return seen.Task.WaitAsync(Patience);
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var told in _orc.Watch(Pods)) Take(told);
        }
        catch (Exception ended) when (ended is IOException or HttpRequestException or OperationCanceledException)
        {
            lock (_gate) _waiting.ForEach(waiting => waiting.Seen.TrySetException(ended));
        }
    }

    private void Take(JsonNode told)
    {
        var now = Stopwatch.GetTimestamp();
        var name = (string)told["object"]!["metadata"]!["name"]!;
        lock (_gate)
        {
            if ((string)told["type"]! == "DELETED") _pods.Remove(name);
            else _pods[name] = told["object"]!;
            _waiting.RemoveAll(waiting => waiting.Holds(_pods) && waiting.Seen.TrySetResult(now));
        }
    }
}
