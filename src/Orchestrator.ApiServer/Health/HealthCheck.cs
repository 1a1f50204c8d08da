namespace Orchestrator.ApiServer;

/// <summary>One thing that has to work for the server to be ready.</summary>
/// <param name="Name">Lower case, as in <c>/readyz/store</c>.</param>
/// <param name="RunAsync">Answers whether it works; an exception means no.</param>
/// <param name="IsLiveness">Counts for <c>/livez</c> too: a restart would help.</param>
public sealed record HealthCheck(
    string Name, Func<CancellationToken, ValueTask<bool>> RunAsync, bool IsLiveness = false);
