using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Tests.Pods;

/// <summary>
/// Pods and what is seen of them, in one line. <c>POD0=run web1=exit1@5~10^0!</c> is: sandbox attempt 0 runs; attempt 1
/// of web ended 5 s ago with code 1, had waited 10 s, had joined sandbox 0, and was made from another spec.
/// </summary>
internal static partial class SeenText
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// <c>Always: i:setup s:mesh e:look>web web log</c> – policy, then i: for init, s: for sidecar, e: for ephemeral,
    /// with the container it looks at.
    /// </summary>
    public static Pod Pod(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var inits = words[1..].Where(word => word is ['i' or 's', ':', ..]).Select(word => new Container
        {
            Name = word[2..],
            Image = $"{word[2..]}:1",
            RestartPolicy = word[0] == 's' ? "Always" : null,
        });
        var apps = words[1..].Where(word => word.Length < 2 || word[1] != ':')
            .Select(word => new Container { Name = word, Image = $"{word}:1" });
        var ephemerals = words[1..].Where(word => word is ['e', ':', ..])
            .Select(word => word[2..].Split('>')).Select(parts => new EphemeralContainer
            {
                Name = parts[0],
                Image = $"{parts[0]}:1",
                TargetContainerName = parts.Length > 1 ? parts[1] : null,
            });
        return new Pod
        {
            Metadata = new() { Name = "web-1", Namespace = "default", Uid = "uid" },
            Spec = new()
            {
                RestartPolicy = words[0].TrimEnd(':'),
                InitContainers = [.. inits],
                Containers = [.. apps],
                EphemeralContainers = [.. ephemerals],
            },
        };
    }

    public static PodObservation Observe(Pod pod, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var seen = words.Where(word => word.Contains('=')).Select(word => Word().Match(word)).ToList();
        var latest = seen.Where(match => match.Groups["name"].Value == "POD").Select(Attempt).DefaultIfEmpty(0).Max();
        return new PodObservation
        {
            Sandboxes =
                [.. seen.Where(match => match.Groups["name"].Value == "POD").Select(match => new SandboxObservation(
                $"POD{Attempt(match)}", Attempt(match), Phase(match.Groups["state"].Value), "10.0.0.1"))],
            Attempts = [.. seen.Where(match => match.Groups["name"].Value != "POD")
                .Select(match => ToAttempt(pod, match, latest))],
            Operations = words.Where(word => word[0] is '+' or '-')
                .ToDictionary(word => word[1..], word => new PodOperation(word[0] == '-', Now.AddSeconds(30))),
            AreVolumesReady = !words.Contains("novol"),
            AreVolumesGone = words.Contains("volgone"),
            IsFinalStatusReported = words.Contains("told") || words.Contains("confirmed"),
            IsStopConfirmed = words.Contains("confirmed"),
            HostIP = "10.9.8.7",
        };
    }

    public static string Show(PodPlan plan) => string.Join(' ', plan.Actions.Select(action => action switch
    {
        PodAction.StartSandbox start => $"+POD{start.Attempt}",
        PodAction.StartContainer start => $"+{start.Name}{start.Attempt}"
            + (start.BackOff is { } delay ? string.Create(CultureInfo.InvariantCulture, $"~{delay.TotalSeconds}") : ""),
        PodAction.StopContainer stop =>
            string.Create(CultureInfo.InvariantCulture, $"-{stop.Name}({stop.Grace.TotalSeconds})"),
        PodAction.BeginPreStop begin =>
            string.Create(CultureInfo.InvariantCulture, $"hook:{begin.Name}({begin.Grace.TotalSeconds})"),
        PodAction.StopSandbox stop => $"-{stop.Id}",
        PodAction.RemoveContainer remove => $"rm:{remove.Id}",
        PodAction.PrepareVolumes => "vol",
        PodAction.RemoveVolumes => "rmvol",
        PodAction.ConfirmStopped => "confirm",
        _ => action.ToString(),
    }));

    /// <summary><c>Running web=running:ready log=CrashLoopBackOff</c>.</summary>
    public static string Show(PodStatus status) =>
        string.Join(' ', PodContainers.All(status)
        .Select(container => $"{container.Name}={State(container)}{(container.Ready ? ":ready" : "")}")
        .Prepend(status.Phase));

    private static string State(ContainerStatus status) => status.State switch
    {
        { Waiting: { } waiting } => waiting.Reason!,
        { Running: not null } => "running",
        { Terminated: { } end } => string.Create(CultureInfo.InvariantCulture, $"{end.Reason}({end.ExitCode})"),
        _ => "?",
    };

    private static ContainerAttempt ToAttempt(Pod pod, Match match, int latestSandbox)
    {
        var name = match.Groups["name"].Value;
        var state = match.Groups["state"].Value;
        var ended = Now.AddSeconds(-Number(match, "ago", 0));
        var spec = PodContainers.Find(pod.Spec, name)!;
        return new ContainerAttempt($"{name}{Attempt(match)}", name, Attempt(match),
            $"POD{Number(match, "sandbox", latestSandbox)}", Phase(state))
        {
            SpecHash = match.Groups["old"].Success ? "old" : ContainerHash.Of(spec),
            Image = spec.Image!,
            BackOff = match.Groups["waited"].Success ? TimeSpan.FromSeconds(Number(match, "waited", 0)) : null,
            CreatedAt = ended.AddSeconds(-1),
            StartedAt = state is "made" or "cannot" ? null : ended.AddSeconds(-Number(match, "ran", 1)),
            FinishedAt = Phase(state) == AttemptPhase.Exited ? ended : null,
            ExitCode = state == "oom" ? 137 : state.StartsWith("exit", StringComparison.Ordinal)
                ? int.Parse(state[4..], CultureInfo.InvariantCulture)
                : 0,
            IsOomKilled = state == "oom",
            Error = state == "cannot" ? "no such file" : null,
        };
    }

    private static AttemptPhase Phase(string state) => state switch
    {
        "run" => AttemptPhase.Running,
        "made" or "cannot" => AttemptPhase.Created,
        "unknown" => AttemptPhase.Unknown,
        _ => AttemptPhase.Exited,
    };

    private static int Attempt(Match match) => Number(match, "attempt", 0);

    private static int Number(Match match, string group, int otherwise) => match.Groups[group].Success
        ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex(
        @"^(?<name>[A-Za-z]+)(?<attempt>\d+)=(?<state>[a-z]+\d*)(@(?<ago>\d+))?(/(?<ran>\d+))?(~(?<waited>\d+))?(\^(?<sandbox>\d+))?(?<old>!)?$")]
    private static partial Regex Word();
}
