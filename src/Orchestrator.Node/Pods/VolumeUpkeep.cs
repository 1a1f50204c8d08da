using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Looks after the files of one running pod: brings those up to date whose objects have changed, not oftener than the
/// node allows.
/// </summary>
internal sealed class VolumeUpkeep(NodeEngine engine)
{
    private bool _mustRefresh;
    private DateTimeOffset _refreshAt;

    /// <summary>Something that the files are made of may have changed.</summary>
    public void Ask() => _mustRefresh = engine.Volumes.FollowsObjects;

    /// <returns>When to come back although nothing has happened.</returns>
    public async Task<TimeSpan?> RunAsync(Pod pod, string? podIP, CancellationToken cancellation)
    {
        if (!_mustRefresh) return null;
        var now = engine.Time.GetUtcNow();
        if (now < _refreshAt) return _refreshAt - now;
        _mustRefresh = false;
        _refreshAt = now + engine.Options.VolumeRefreshSpacing;
        // A failure is only logged: the containers that run have all they had, and those that start next find out.
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
}
