using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Housekeeping;

/// <summary>
/// Measures what pods with limits take of the node's disk: all of them together, seldom, and beside everything else.
/// Volumes and containers are measured apart, for an engine may be slow to count; while no pod has limits, nothing is.
/// </summary>
internal sealed class StorageKeeper(NodeEngine engine)
{
    // A disk that is slow to count is not counted all the time: after each look it has this many times its rest.
    private const int RestFactor = 9;

    private readonly Dictionary<string, FollowedPod> _pods = [];
    private Task _volumes = Task.CompletedTask;
    private Task _containers = Task.CompletedTask;

    /// <summary>Ends when nothing is being measured; faults never.</summary>
    public Task Completion => Task.WhenAll(_volumes, _containers);

    /// <summary>What a pod was last seen to take.</summary>
    public StorageUsage UsageOf(string uid) =>
        _pods.TryGetValue(uid, out var followed) ? followed.Usage : StorageUsage.None;

    /// <summary>Measures a running pod from now on, if it has limits; may be repeated.</summary>
    /// <param name="sights">Says which of its containers run.</param>
    /// <param name="wake">Asks for a pass: the pod has taken too much.</param>
    public void Follow(Pod pod, PodSights sights, Action wake, CancellationToken cancellation)
    {
        if (!LocalStorage.IsLimited(pod)) return;
        _pods.TryAdd(pod.Metadata.Uid!, new FollowedPod(pod, sights, wake));
        if (_volumes.IsCompleted) _volumes = RunAsync(MeasureVolumesAsync, cancellation);
        if (_containers.IsCompleted) _containers = RunAsync(MeasureContainersAsync, cancellation);
    }

    /// <summary>The pod has ended, or is about to.</summary>
    public void Forget(string uid) => _pods.Remove(uid);

    private async Task RunAsync(Func<CancellationToken, Task> look, CancellationToken cancellation)
    {
        await Task.Yield();
        var period = engine.Options.StorageMeasurePeriod;
        var wait = period;
        try
        {
            while (_pods.Count > 0)
            {
                await Task.Delay(wait, engine.Time, cancellation);
                var began = engine.Time.GetTimestamp();
                if (engine.IsReachable) await TryAsync(look, cancellation);
                var rest = engine.Time.GetElapsedTime(began) * RestFactor;
                wait = rest > period ? rest : period;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.Logger.LogDebug("The disk of node {Node} is measured no more", engine.Options.NodeName);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> look, CancellationToken cancellation)
    {
        try
        {
            await look(cancellation);
        }
        catch (RuntimeUnavailableException silent)
        {
            engine.OnUnavailable(silent);
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            engine.Logger.LogWarning(trouble, "What pods take of the disk of node {Node} was not measured",
                engine.Options.NodeName);
        }
    }

    private async Task MeasureVolumesAsync(CancellationToken cancellation)
    {
        var pods = Within(spec => LocalStorage.Counted(spec).Any());
        if (pods.Count == 0) return;
        var bytes = await engine.Volumes.MeasureAsync([.. pods.Select(followed => followed.Pod)], cancellation);
        foreach (var followed in pods)
        {
            var names = LocalStorage.Counted(followed.Pod.Spec).Select(volume => volume.Name).ToList();
            var held = names.Where(name => bytes.ContainsKey((followed.Uid, name)))
                .ToDictionary(name => name, name => bytes[(followed.Uid, name)]);
            Take(followed, followed.Usage with { Volumes = held });
            Tell(followed, names.Where(name => !held.ContainsKey(name)).Select(name => $"volume \"{name}\""));
        }
    }

    private async Task MeasureContainersAsync(CancellationToken cancellation)
    {
        var pods = Within(LocalStorage.LimitsContainers)
            .Select(followed => (Followed: followed, Ids: followed.Sights.RunningIds)).ToList();
        var ids = pods.SelectMany(pod => pod.Ids.Values).ToList();
        if (ids.Count == 0) return;
        var sizes = await engine.Runtime.ReadSizesAsync(ids, cancellation);
        foreach (var (followed, running) in pods)
        {
            var counted = running.Where(container => sizes.ContainsKey(container.Value))
                .ToDictionary(container => container.Key, container => sizes[container.Value]);
            Take(followed, followed.Usage with
            {
                Containers = counted.ToDictionary(container => container.Key, container => container.Value.Bytes),
            });
            Tell(followed, counted.Where(container => container.Value.LogBytes is null)
                .Select(container => $"the logs of container \"{container.Key}\""));
        }
    }

    // One that has taken too much is on its way out, whatever it gives back meanwhile.
    private List<FollowedPod> Within(Func<PodSpec, bool> isMeasured) =>
        [.. _pods.Values.Where(followed => isMeasured(followed.Pod.Spec) && !followed.HasExcess)];

    private static void Take(FollowedPod followed, StorageUsage usage)
    {
        if (followed.HasExcess) return;
        followed.Usage = usage;
        if (followed.HasExcess) followed.Wake();
    }

    private void Tell(FollowedPod followed, IEnumerable<string> uncounted)
    {
        var news = uncounted.Where(followed.Told.Add).ToList();
        if (news.Count == 0) return;
        engine.Reports.Event(followed.Pod, "", "Warning", "StorageNotCounted",
            $"{string.Join(", ", news)} cannot be seen from where this node is run, so limits of local storage do not "
            + "count what is there");
    }

    /// <summary>A pod with limits, and what was measured of it.</summary>
    private sealed class FollowedPod(Pod pod, PodSights sights, Action wake)
    {
        public Pod Pod { get; } = pod;

        public string Uid { get; } = pod.Metadata.Uid!;

        public PodSights Sights { get; } = sights;

        public Action Wake { get; } = wake;

        public StorageUsage Usage { get; set; } = StorageUsage.None;

        public bool HasExcess => LocalStorage.Excess(Pod.Spec, Usage) is not null;

        /// <summary>What the user knows not to be counted.</summary>
        public HashSet<string> Told { get; } = [];
    }
}
