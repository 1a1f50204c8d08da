namespace Orchestrator.Hosting;

/// <summary>Whether the process has made what every cluster has, and may be used.</summary>
internal sealed class Readiness
{
    /// <summary>Set once, after the start.</summary>
    public bool IsReady { get; set; }
}
