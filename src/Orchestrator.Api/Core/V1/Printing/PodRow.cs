using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>
/// What a table says of a pod: how many containers are ready, its STATUS and its restarts. STATUS is no field of the
/// pod: it is the most telling of phase, reasons and container states, found exactly as the reference finds it.
/// </summary>
/// <param name="Ready">Containers and sidecars that are ready.</param>
/// <param name="Total">Containers and sidecars.</param>
/// <param name="Status">Running, Completed, Init:0/2, CrashLoopBackOff, Terminating and so on.</param>
/// <param name="Restarts">Restarts of what runs now.</param>
/// <param name="LastRestart">When the latest of them happened.</param>
public sealed record PodRow(int Ready, int Total, string Status, int Restarts, DateTimeOffset? LastRestart)
{
    private static readonly HashSet<string> NoSidecars = [];

    /// <summary>The row of a pod.</summary>
    public static PodRow Of(Pod pod)
    {
        var status = pod.Status;
        var sidecars = pod.Spec.InitContainers.Count == 0
            ? NoSidecars
            : pod.Spec.InitContainers.Where(PodResources.IsSidecar).Select(c => c.Name).ToHashSet();
        var isGated = status.Conditions.Any(c => c is { Type: "PodScheduled", Reason: "SchedulingGated" });
        var reason = isGated ? "SchedulingGated" : Or(status.Reason, status.Phase ?? "");
        var init = InitPart(pod, sidecars);
        var seen = status.InitContainerStatuses.Take(init.Seen).ToList();
        var row = new PodRow(init.Ready, pod.Spec.Containers.Count + sidecars.Count, init.Reason ?? reason,
            seen.Sum(c => c.RestartCount), LastOf(seen));
        if (init.Reason is null || IsTrue(status, "Initialized"))
        {
            row = MainPart(row, status, [.. seen.Where(c => sidecars.Contains(c.Name))]);
        }
        if (pod.Metadata.DeletionTimestamp is null) return row;
        if (status.Reason == "NodeLost") return row with { Status = "Unknown" };
        return status.Phase is "Succeeded" or "Failed" ? row : row with { Status = "Terminating" };
    }

    /// <summary>The restarts as printed: <c>3 (2m ago)</c>.</summary>
    public string ShowRestarts(DateTimeOffset now) =>
        Restarts > 0 && LastRestart is { } last ? $"{Restarts} ({HumanDuration.Since(last, now)} ago)" : $"{Restarts}";

    // The first init container that is neither done nor a started sidecar tells the status, and ends the search; of
    // those behind it nothing is counted, restarts included.
    private static (int Ready, int Seen, string? Reason) InitPart(Pod pod, HashSet<string> sidecars)
    {
        var ready = 0;
        for (var i = 0; i < pod.Status.InitContainerStatuses.Count; i++)
        {
            var container = pod.Status.InitContainerStatuses[i];
            if (container.State?.Terminated is { ExitCode: 0 }) continue;
            if (sidecars.Contains(container.Name) && container.Started == true)
            {
                if (container.Ready) ready++;
                continue;
            }
            if (container.State?.Terminated is { } ended) return (ready, i + 1, "Init:" + ReasonOf(ended));
            return container.State?.Waiting?.Reason is { Length: > 0 } why and not "PodInitializing"
                ? (ready, i + 1, "Init:" + why)
                : (ready, i + 1, $"Init:{i}/{pod.Spec.InitContainers.Count}");
        }
        return (ready, pod.Status.InitContainerStatuses.Count, null);
    }

    private static PodRow MainPart(PodRow row, PodStatus status, List<ContainerStatus> sidecars)
    {
        var (ready, reason, isRunning) = (row.Ready, row.Status, false);
        // Last to first, so that the first container with something to say has the last word.
        foreach (var container in status.ContainerStatuses.Reverse())
        {
            if (container.State?.Waiting?.Reason is { Length: > 0 } why) reason = why;
            else if (container.State?.Terminated is { } ended) reason = ReasonOf(ended);
            else if (container.Ready && container.State?.Running is not null) (isRunning, ready) = (true, ready + 1);
        }
        if (reason == "Completed" && isRunning) reason = IsTrue(status, "Ready") ? "Running" : "NotReady";
        IReadOnlyList<ContainerStatus> counted =
            sidecars.Count == 0 ? status.ContainerStatuses : [.. sidecars, .. status.ContainerStatuses];
        return new(ready, row.Total, reason, counted.Sum(c => c.RestartCount), LastOf(counted));
    }

    private static string ReasonOf(ContainerStateTerminated ended)
    {
        if (!string.IsNullOrEmpty(ended.Reason)) return ended.Reason;
        return ended.Signal != 0 ? $"Signal:{ended.Signal}" : $"ExitCode:{ended.ExitCode}";
    }

    private static DateTimeOffset? LastOf(IEnumerable<ContainerStatus> containers) =>
        containers.Max(container => container.LastState?.Terminated?.FinishedAt);

    private static bool IsTrue(PodStatus status, string condition) =>
        status.Conditions.Any(c => c.Type == condition && c.Status == "True");

    private static string Or(string? text, string fallback) => string.IsNullOrEmpty(text) ? fallback : text;
}
