using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Since when a pod is being stopped, and in how many seconds it has to be over. Not kept anywhere: a node that starts
/// anew gives the full grace again.
/// </summary>
internal sealed class StopClock
{
    private const long UsualSeconds = 30;

    public DateTimeOffset? Began { get; private set; }

    /// <summary>The shortest grace that was told; a longer one is not heard any more.</summary>
    public long? GraceSeconds { get; private set; }

    /// <returns>True when it begins now.</returns>
    public bool Begin(Pod pod, DateTimeOffset now)
    {
        var told = pod.Metadata.DeletionGracePeriodSeconds ?? pod.Spec.TerminationGracePeriodSeconds ?? UsualSeconds;
        if (GraceSeconds is not { } before || told < before) GraceSeconds = told;
        if (Began is not null) return false;
        Began = now;
        return true;
    }

    /// <summary>The pod goes on after all.</summary>
    public void Reset() => (Began, GraceSeconds) = (null, null);
}
