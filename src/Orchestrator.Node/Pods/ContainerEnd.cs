using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// A container's end, looked into once: its last words for the status, and all that explains it for the user.
/// </summary>
internal sealed class ContainerEnd(NodeEngine engine, Pod pod, Container? container, ContainerAttempt dead)
{
    private const int LogBytesMax = 4096;
    private const int LogLinesMax = 200;
    private const int FallbackBytesMax = 2048;
    private const int FallbackLinesMax = 80;
    private const int SignalExitBase = 128;

    /// <returns>The termination message.</returns>
    public async Task<string> TellAsync(CancellationToken cancellation)
    {
        var log = dead.CouldNotRun ? "" : await TailAsync(LogBytesMax, LogLinesMax, cancellation);
        var message = await MessageAsync(cancellation);
        var signal = dead.ExitCode > SignalExitBase ? dead.ExitCode - SignalExitBase : 0;
        var inputs = JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["container"] = dead.Container,
            ["attempt"] = dead.Attempt,
            ["exitCode"] = dead.ExitCode,
            ["signal"] = signal,
            ["oomKilled"] = dead.IsOomKilled,
            ["startedAt"] = dead.StartedAt,
            ["finishedAt"] = dead.FinishedAt,
            ["error"] = dead.Error,
            ["log"] = log,
        });
        engine.Reports.Explain(pod, "Terminated", Why(signal), inputs);
        return message;
    }

    private string Why(int signal)
    {
        if (dead.CouldNotRun) return $"container {dead.Container} could not be started: {dead.Error}";
        var ended = $"container {dead.Container} ended with exit code {dead.ExitCode}";
        if (dead.IsOomKilled) return $"{ended}: it needed more memory than its limit and was killed by the kernel";
        return signal > 0 ? $"{ended}: killed by signal {signal}" : ended;
    }

    private async Task<string> MessageAsync(CancellationToken cancellation)
    {
        var written = await engine.Volumes.ReadTerminationMessageAsync(
            pod.Metadata.Uid ?? "", dead.Container, dead.Attempt, cancellation);
        var wantsLog = container?.TerminationMessagePolicy == "FallbackToLogsOnError" && !dead.HasSucceeded
            && !dead.CouldNotRun;
        return written.Length == 0 && wantsLog
            ? await TailAsync(FallbackBytesMax, FallbackLinesMax, cancellation)
            : written;
    }

    private Task<string> TailAsync(int bytesMax, int linesMax, CancellationToken cancellation) =>
        engine.TailAsync(dead.Id, container?.Tty, bytesMax, linesMax, cancellation);
}
