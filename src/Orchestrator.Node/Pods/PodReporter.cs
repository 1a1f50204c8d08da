using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Tells the cluster what a pod looks like: news at once, steps of a start only when they take long, the same never
/// twice. What could not be told is told again.
/// </summary>
internal sealed class PodReporter(NodeEngine engine, Pod first)
{
    private readonly BackOffs _backOffs = new();
    private PodStatus? _known;
    private PodStatus _reported = first.Status;
    private DateTimeOffset? _progressSince;
    private DateTimeOffset _retryAt;

    // Longer waits come of a clock that was put back.
    private TimeSpan LongestWait => engine.Options.ReportDelayMax + engine.Options.ProgressDelay;

    /// <summary>The cluster knows that the pod has ended.</summary>
    public bool HasReportedEnd => _reported.Phase is "Succeeded" or "Failed";

    /// <summary>Ids of the containers that the cluster was told of last.</summary>
    public IReadOnlySet<string> Named => PodContainers.All(_reported)
        .SelectMany(status => new[]
        {
            status.ContainerID, status.State?.Terminated?.ContainerID, status.LastState?.Terminated?.ContainerID,
        })
        .OfType<string>().Select(id => id[(id.LastIndexOf('/') + 1)..]).ToHashSet();

    /// <summary>The status to plan from: what is known here, over what the object says.</summary>
    public PodStatus BasisOf(Pod pod) => _known is null ? pod.Status : PodStatusMerge.Merge(pod.Status, _known);

    /// <summary>From time to time the object's word counts again, in case it was overwritten.</summary>
    public void Recheck(Pod pod) => _reported = pod.Status;

    /// <summary>What the object already says of a container's end.</summary>
    public ContainerStateTerminated? KnownEnd(ContainerAttempt dead) =>
        PodContainers.All(first.Status)
            .SelectMany(status => new[] { status.State?.Terminated, status.LastState?.Terminated })
            .FirstOrDefault(end => end?.ContainerID?.EndsWith($"://{dead.Id}", StringComparison.Ordinal) == true);

    /// <returns>When to come back although nothing has happened.</returns>
    public async Task<TimeSpan?> ReportAsync(Pod pod, PodStatus status, bool isStray, CancellationToken cancellation)
    {
        TellBackOffs(pod, _known ?? _reported, status);
        ResizeEvents.Tell(engine.Reports, pod, _known ?? _reported, status);
        TellDeadline(pod, _known ?? _reported, status);
        TellEviction(pod, _known ?? _reported, status);
        _known = status;
        if (isStray || PodStatusChange.Same(_reported, status))
        {
            _progressSince = null;
            return null;
        }
        var now = engine.Time.GetUtcNow();
        if (DueAt(status, now) is var due && due > now && due <= now + LongestWait) return due - now;
        try
        {
            await engine.Mirrors.ReportAsync(pod, status, cancellation);
            var before = Named;
            _reported = status;
            _progressSince = null;
            _backOffs.Succeed("report");
            // What is not named any more goes; the end of a pod that is being deleted is the start of its cleaning up.
            return !before.IsSubsetOf(Named) || (HasReportedEnd && pod.Metadata.DeletionTimestamp is not null)
                ? TimeSpan.Zero : null;
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            var delay = _backOffs.Fail("report", engine.Options.ReportDelayMin, engine.Options.ReportDelayMax);
            _retryAt = now + delay;
            engine.Logger.LogWarning(
                trouble, "The status of pod {Namespace}/{Name} could not be reported; again in {Delay}",
                pod.Metadata.Namespace, pod.Metadata.Name, delay);
            return delay;
        }
    }

    private DateTimeOffset DueAt(PodStatus status, DateTimeOffset now)
    {
        if (PodStatusChange.IsNews(_reported, status)) return _retryAt;
        _progressSince ??= now;
        var due = _progressSince.Value + engine.Options.ProgressDelay;
        return due > _retryAt ? due : _retryAt;
    }

    private void TellBackOffs(Pod pod, PodStatus old, PodStatus next)
    {
        var before = PodContainers.All(old)
            .ToDictionary(status => status.Name, status => status.State?.Waiting?.Reason);
        foreach (var status in PodContainers.All(next))
        {
            var reason = status.State?.Waiting?.Reason;
            if (reason == before.GetValueOrDefault(status.Name)) continue;
            if (reason == "CrashLoopBackOff") TellCrash(pod, status);
            if (reason == "ImagePullBackOff") TellPull(pod, status);
        }
    }

    private void TellDeadline(Pod pod, PodStatus old, PodStatus next)
    {
        if (next.Reason != "DeadlineExceeded" || old.Reason == next.Reason) return;
        engine.Reports.Event(pod, "", "Normal", next.Reason, next.Message ?? "");
    }

    private void TellEviction(Pod pod, PodStatus old, PodStatus next)
    {
        if (next.Reason != PodEviction.Reason || old.Reason == PodEviction.Reason) return;
        engine.Reports.Event(pod, "", "Warning", PodEviction.Reason, next.Message ?? "");
        engine.Reports.Explain(pod, PodEviction.Reason, next.Message ?? "", "");
    }

    private void TellCrash(Pod pod, ContainerStatus status)
    {
        var meta = pod.Metadata;
        engine.Reports.Event(pod, Path(pod, status), "Warning", "BackOff",
            $"Back-off restarting failed container {status.Name} in pod {meta.Name}_{meta.Namespace}({meta.Uid})");
        engine.Reports.Explain(pod, "BackOff", status.State!.Waiting!.Message ?? "", "");
    }

    private void TellPull(Pod pod, ContainerStatus status)
    {
        engine.Reports.Event(pod, Path(pod, status), "Normal", "BackOff", $"Back-off pulling image \"{status.Image}\"");
        engine.Reports.Event(pod, Path(pod, status), "Warning", "Failed", "Error: ImagePullBackOff");
    }

    private static string Path(Pod pod, ContainerStatus status) => PodContainers.FieldPath(pod.Spec, status.Name);
}
