using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Volumes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Looks after the files of one running pod: brings those up to date whose objects have changed, not oftener than the
/// node allows, and measures those that may only become so large.
/// </summary>
/// <param name="engine">The node.</param>
/// <param name="wake">Asks for a pass: something was measured.</param>
internal sealed class VolumeUpkeep(NodeEngine engine, Action wake)
{
    private bool _mustRefresh;
    private DateTimeOffset _refreshAt;
    private DateTimeOffset _measureAt;

    /// <summary>What was measured last.</summary>
    public IReadOnlyDictionary<string, long> Bytes { get; private set; } = Map<long>.Empty;

    /// <summary>Ends when nothing is being measured; faults never.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Something that the files are made of may have changed.</summary>
    public void Ask() => _mustRefresh = engine.Volumes.FollowsObjects;

    /// <returns>When to come back although nothing has happened.</returns>
    public async Task<TimeSpan?> RunAsync(Pod pod, string? podIP, CancellationToken cancellation)
    {
        var refresh = await RefreshAsync(pod, podIP, cancellation);
        var measure = Measure(pod, cancellation);
        return refresh is null || measure < refresh ? measure ?? refresh : refresh;
    }

    // A failure here is only logged: the containers that run have all they had, and those that start next find out.
    private async Task<TimeSpan?> RefreshAsync(Pod pod, string? podIP, CancellationToken cancellation)
    {
        if (!_mustRefresh) return null;
        var now = engine.Time.GetUtcNow();
        if (now < _refreshAt) return _refreshAt - now;
        _mustRefresh = false;
        _refreshAt = now + engine.Options.VolumeRefreshSpacing;
        try
        {
            await engine.Volumes.PrepareAsync(engine.Facts(pod, podIP), engine.Inputs, cancellation);
        }
        catch (VolumeException missing)
        {
            engine.Logger.LogInformation("Volumes of pod {Namespace}/{Name} are not brought up to date: {Why}",
                pod.Metadata.Namespace, pod.Metadata.Name, missing.Message);
        }
        return null;
    }

    private TimeSpan? Measure(Pod pod, CancellationToken cancellation)
    {
        if (!engine.Volumes.FollowsObjects || !EmptyDirSizes.Limited(pod.Spec).Any()) return null;
        var now = engine.Time.GetUtcNow();
        if (now < _measureAt) return _measureAt - now;
        if (!Completion.IsCompleted) return null;
        _measureAt = now + engine.Options.VolumeMeasurePeriod;
        Completion = MeasureAsync(pod, cancellation);
        return engine.Options.VolumeMeasurePeriod;
    }

    // Beside the passes, for a volume may have very many files.
    private async Task MeasureAsync(Pod pod, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            Bytes = await engine.Volumes.MeasureAsync(pod, cancellation);
            if (EmptyDirSizes.Excess(pod.Spec, Bytes) is not null) wake();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.Logger.LogDebug("Volumes of pod {Uid} are measured no more", pod.Metadata.Uid);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            engine.Logger.LogWarning(trouble, "Volumes of pod {Namespace}/{Name} cannot be measured",
                pod.Metadata.Namespace, pod.Metadata.Name);
        }
    }
}
