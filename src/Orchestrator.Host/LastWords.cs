using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Hosting;

/// <summary>What the containers of a pod wrote last before they ended, as the kept reasons remember it.</summary>
internal static class LastWords
{
    /// <summary>Prints the last words of one container, or of each under its name.</summary>
    /// <exception cref="StartException">Nothing is remembered of it.</exception>
    public static async Task PrintAsync(
        string dataDir, string ns, string pod, string? container, CancellationToken cancellation)
    {
        var subject = ReasonsPage.SubjectOf(ns, pod.Contains('/') ? pod : $"pod/{pod}");
        var ends = (await ReasonsPage.ReadAsync(dataDir, subject, cancellation))
            .Where(reason => reason is { Decision: "Terminated", Inputs.Length: > 0 }).Select(Read).ToList();
        // Names are used again: the newest pod of the name is meant, and of each container its newest run.
        var newest = ends.Where(end => end.Uid == ends[^1].Uid).GroupBy(end => end.Container)
            .Select(runs => runs.Last()).Where(end => container is null || end.Container == container).ToList();
        if (newest.Count == 0)
        {
            throw new StartException($"no ended container{(container is null ? "" : $" {container}")} of {subject} is "
                + "remembered: ask for what runs with kubectl logs");
        }
        foreach (var end in newest)
        {
            if (container is null && newest.Count > 1) Console.WriteLine($"==> {end.Container} <==");
            Console.Write(end.Log.Length == 0 || end.Log.EndsWith('\n') ? end.Log : end.Log + "\n");
        }
    }

    private static End Read(ReasonRecord reason)
    {
        using var inputs = JsonDocument.Parse(reason.Inputs);
        string Text(string name) =>
            inputs.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()!
                : "";
        return new(reason.Uid, Text("container"), Text("log"));
    }

    private sealed record End(string Uid, string Container, string Log);
}
