namespace Orchestrator.Nodes.Pods;

/// <summary>A start has failed for a reason that the pod's status shows; it is tried again after a back-off.</summary>
internal sealed class StartFailedException(string reason, string message, TimeSpan retryMin, TimeSpan retryMax)
    : Exception(message)
{
    private static readonly TimeSpan LocalRetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LocalRetryMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EngineRetryMax = TimeSpan.FromSeconds(60);

    public string Reason { get; } = reason;

    public TimeSpan RetryMin { get; } = retryMin;

    public TimeSpan RetryMax { get; } = retryMax;

    /// <summary>The image cannot be had: asking its registry again soon would only annoy it.</summary>
    public static StartFailedException Pull(string reason, string message, TimeSpan retryAfter) =>
        new(reason, message, retryAfter, retryAfter);

    /// <summary>Something in the cluster is missing; looking again costs nothing.</summary>
    public static StartFailedException Config(string reason, string message) =>
        new(reason, message, LocalRetryMin, LocalRetryMax);

    /// <summary>The engine refused.</summary>
    public static StartFailedException Engine(string reason, string message) =>
        new(reason, message, LocalRetryMin, EngineRetryMax);
}
