namespace Orchestrator.Reconcilers.Pods;

/// <summary>Bounds of the time a container has to end by itself.</summary>
public static class PodGrace
{
    /// <summary>Even a grace that has run out leaves a container this long, so that a TERM is worth sending.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromSeconds(2);
}
