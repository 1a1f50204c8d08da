using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;

namespace Orchestrator.Nodes.StaticPods;

/// <summary>
/// Shows pods from files in the API: one mirror for each, made anew when it was deleted or shows something else, and
/// removed when nothing of its pod runs any more. What becomes of a mirror never reaches a container.
/// </summary>
internal sealed class PodMirrors(NodeEngine engine)
{
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(30);

    // Who deletes a mirror and waits until it is gone must have time to see that; kubectl takes the next one for it.
    private static readonly TimeSpan AbsenceMin = TimeSpan.FromSeconds(1);
    private readonly BackOffs _backOffs = new();
    private readonly Dictionary<string, DateTimeOffset> _retries = [];
    private readonly Dictionary<string, PodStatus> _statuses = [];

    /// <summary>The mirror that shows exactly this pod, or null.</summary>
    public Pod? Of(Pod pod) => Named(pod) is { } named && Shows(named, pod) ? named : null;

    /// <summary>Tells the cluster how a pod is: itself, or by its mirror.</summary>
    public async Task ReportAsync(Pod pod, PodStatus status, CancellationToken cancellation)
    {
        if (MirrorPods.IsStatic(pod))
        {
            _statuses[pod.Metadata.Uid!] = status;
            // Without a mirror nobody is there to be told; who makes one tells it.
            if (Of(pod) is { } mirror) await engine.Reports.ReportAsync(mirror, status, cancellation);
            return;
        }
        await engine.Reports.ReportAsync(pod, status, cancellation);
    }

    /// <summary>One look at all of them.</summary>
    /// <param name="pods">The pods of the files.</param>
    /// <param name="bound">All pods that the API knows on this node.</param>
    /// <param name="isRunning">Something of a pod by this key is still on the node.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>When what failed is to be tried again.</returns>
    public async Task<TimeSpan?> KeepAsync(
        IReadOnlyList<Pod> pods, IReadOnlyList<Pod> bound, Func<Pod, bool> isRunning, CancellationToken cancellation)
    {
        if (engine.Reports.Mirrors is not { } mirrors) return null;
        TimeSpan? wait = null;
        var gone = _statuses.Keys.Except(pods.Select(pod => pod.Metadata.Uid!)).ToList();
        foreach (var uid in gone) _statuses.Remove(uid);
        var shown = pods.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in pods)
        {
            wait = Sooner(wait, await TryAsync(KeyOf(pod), () => ShowAsync(mirrors, pod, cancellation), cancellation));
        }
        foreach (var left in bound.Where(pod => MirrorPods.IsMirror(pod) && !shown.Contains(KeyOf(pod))))
        {
            if (Named(left)?.Metadata.Uid != left.Metadata.Uid) continue;
            wait = Sooner(wait, isRunning(left)
                ? RetryMin
                : await TryAsync(KeyOf(left), () => HideAsync(mirrors, left, cancellation), cancellation));
        }
        return wait;
    }

    private static async Task<TimeSpan?> HideAsync(IMirrorPods mirrors, Pod mirror, CancellationToken cancellation)
    {
        await mirrors.DeleteMirrorAsync(mirror, cancellation);
        return AbsenceMin;
    }

    private async Task<TimeSpan?> ShowAsync(IMirrorPods mirrors, Pod pod, CancellationToken cancellation)
    {
        if (Of(pod) is not null) return null;
        // A pod that users made under this name is theirs; creating says so.
        if (Named(pod) is { } other && MirrorPods.IsMirror(other)) return await HideAsync(mirrors, other, cancellation);
        var annotations = new Dictionary<string, string>(pod.Metadata.Annotations)
        {
            [MirrorPods.MirrorAnnotation] = pod.Metadata.Uid!,
        };
        await mirrors.CreateMirrorAsync(
            pod with { Metadata = pod.Metadata with { Uid = null, Annotations = annotations } }, cancellation);
        if (_statuses.TryGetValue(pod.Metadata.Uid!, out var status) && Of(pod) is { } made)
            await engine.Reports.ReportAsync(made, status, cancellation);
        return null;
    }

    private async Task<TimeSpan?> TryAsync(
        string key, Func<Task<TimeSpan?>> act, CancellationToken cancellation)
    {
        var now = engine.Time.GetUtcNow();
        if (_retries.TryGetValue(key, out var at) && at > now && at <= now + RetryMax) return at - now;
        try
        {
            var wait = await act();
            _backOffs.Succeed(key);
            if (wait is { } later) _retries[key] = now + later;
            else _retries.Remove(key);
            return wait;
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            var delay = _backOffs.Fail(key, RetryMin, RetryMax);
            _retries[key] = now + delay;
            engine.Logger.LogWarning(trouble, "The mirror of static pod {Pod} is not as it should be; again in {Delay}",
                key, delay);
            return delay;
        }
    }

    private Pod? Named(Pod pod) => engine.Inputs.FindPod(pod.Metadata.Namespace!, pod.Metadata.Name!);

    private static bool Shows(Pod mirror, Pod pod) => mirror.Metadata.DeletionTimestamp is null
        && mirror.Metadata.Annotations.GetValueOrDefault(MirrorPods.MirrorAnnotation) == pod.Metadata.Uid;

    private static string KeyOf(Pod pod) => $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";

    private static TimeSpan? Sooner(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;
}
