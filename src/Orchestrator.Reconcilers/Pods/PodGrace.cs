namespace Orchestrator.Reconcilers.Pods;

/// <summary>Bounds of the time a container has to end by itself.</summary>
public static class PodGrace
{
    /// <summary>
    /// Whom a hook or the ends of others have left no grace has this long all the same, so that a TERM is of use.
    /// </summary>
    public static readonly TimeSpan Extension = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Min = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The least that a container has which is told to end at once: what was asked for, within bounds. (A kubelet has
    /// 2 s here as well; who asks for 1 s need not wait for two.)
    /// </summary>
    public static TimeSpan Least(TimeSpan asked) =>
        asked < Min ? Min : asked > Extension ? Extension : asked;
}
