using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Printing;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>
/// READY, STATUS and RESTARTS of a pod, as the reference prints them. STATUS is no phase: scripts and people read it as
/// it is, word by word.
/// </summary>
public sealed class PodStatusColumnTests
{
    // why | the pod in short | READY STATUS RESTARTS
    public static TheoryData<string, string, string> Rows => new()
    {
        { "nothing is known yet", "Pending | app", "0/1 Pending 0" },
        { "a gate holds it", "Pending gated | app", "0/1 SchedulingGated 0" },
        { "a gate beats the pod's own reason", "Pending gated reason=Odd | app", "0/1 SchedulingGated 0" },
        { "its containers are being made", "Pending | app:wait=ContainerCreating", "0/1 ContainerCreating 0" },
        { "init containers are done, the others not yet made",
            "Pending | init i:exit=0,Completed app:wait=PodInitializing", "0/1 PodInitializing 0" },
        { "the image cannot be had", "Pending | app:wait=ErrImagePull", "0/1 ErrImagePull 0" },
        { "waiting without a reason says nothing", "Pending | app:wait=", "0/1 Pending 0" },
        { "it runs", "Running ready | app:run,ready", "1/1 Running 0" },
        { "it runs and is not ready", "Running | app:run", "0/1 Running 0" },
        { "one of two is ready", "Running | app:run,ready app:run", "1/2 Running 0" },
        { "it crashes", "Running | app:wait=CrashLoopBackOff,restarts=7,ended=300", "0/1 CrashLoopBackOff 7 (5m ago)" },
        { "the first container with something to say has the last word",
            "Running | app:wait=CrashLoopBackOff app:wait=ImagePullBackOff", "0/2 CrashLoopBackOff 0" },
        { "one that runs says nothing", "Running | app:run,ready app:wait=ImagePullBackOff", "1/2 ImagePullBackOff 0" },
        { "restarts add up, the latest is told",
            "Running ready | app:run,ready,restarts=2,ended=90 app:run,ready,restarts=1,ended=3600",
            "2/2 Running 3 (90s ago)" },
        { "a restart whose end is not known", "Running ready | app:run,ready,restarts=2", "1/1 Running 2" },
        { "an end without a restart is not told", "Running ready | app:run,ready,ended=90", "1/1 Running 0" },
        { "it is done", "Succeeded | app:exit=0,Completed", "0/1 Completed 0" },
        { "it failed", "Failed | app:exit=1,Error", "0/1 Error 0" },
        { "it needed too much memory", "Failed | app:exit=137,OOMKilled", "0/1 OOMKilled 0" },
        { "an end without a reason", "Failed | app:exit=3,", "0/1 ExitCode:3 0" },
        { "an end by a signal without a reason", "Failed | app:exit=137,,signal=9", "0/1 Signal:9 0" },
        { "done beside one that runs, ready", "Running ready | app:exit=0,Completed app:run,ready", "1/2 Running 0" },
        { "done beside one that runs, not ready", "Running | app:exit=0,Completed app:run,ready", "1/2 NotReady 0" },
        { "done beside one that runs and is not ready itself", "Running | app:exit=0,Completed app:run",
            "0/2 Completed 0" },
        { "failed beside one that runs", "Running | app:exit=1,Error app:run,ready", "1/2 Error 0" },
        { "it was evicted", "Failed reason=Evicted | app", "0/1 Evicted 0" },
        { "what ended tells more than the pod's reason", "Failed reason=DeadlineExceeded | app:exit=137,Error",
            "0/1 Error 0" },
        { "it goes", "Running deleted | app:run,ready", "1/1 Terminating 0" },
        { "it goes before it came", "Pending deleted | app:wait=ContainerCreating", "0/1 Terminating 0" },
        { "it goes and has ended well", "Succeeded deleted | app:exit=0,Completed", "0/1 Completed 0" },
        { "it goes and has failed", "Failed deleted | app:exit=1,Error", "0/1 Error 0" },
        { "its node is lost", "Running deleted reason=NodeLost | app:run,ready", "1/1 Unknown 0" },
        { "its node is lost and nobody deletes it", "Running reason=NodeLost | app:run,ready", "1/1 NodeLost 0" },
        { "nobody knows", "Unknown | app", "0/1 Unknown 0" },
    };

    public static TheoryData<string, string, string> InitRows => new()
    {
        { "the first of two runs", "Pending | init i:run init j:wait=PodInitializing app:wait=PodInitializing",
            "0/1 Init:0/2 0" },
        { "the second of two runs", "Pending | init i:exit=0,Completed init j:run app:wait=PodInitializing",
            "0/1 Init:1/2 0" },
        { "it is not begun", "Pending | init i app:wait=PodInitializing", "0/1 Init:0/1 0" },
        { "it waits its turn", "Pending | init i:wait=PodInitializing app", "0/1 Init:0/1 0" },
        { "its image cannot be had", "Pending | init i:wait=ImagePullBackOff app", "0/1 Init:ImagePullBackOff 0" },
        { "it crashes", "Pending | init i:wait=CrashLoopBackOff,restarts=4,ended=60 app",
            "0/1 Init:CrashLoopBackOff 4 (60s ago)" },
        { "it failed", "Failed | init i:exit=1,Error app:wait=PodInitializing", "0/1 Init:Error 0" },
        { "it needed too much memory", "Pending | init i:exit=137,OOMKilled app", "0/1 Init:OOMKilled 0" },
        { "it ended without a reason", "Pending | init i:exit=2, app", "0/1 Init:ExitCode:2 0" },
        { "it ended by a signal without a reason", "Pending | init i:exit=143,,signal=15 app", "0/1 Init:Signal:15 0" },
        { "restarts of the one at work count", "Pending | init i:exit=0,Completed,restarts=2 init j:run,restarts=1 app",
            "0/1 Init:1/2 3" },
        { "restarts of those behind it do not", "Pending | init i:run,restarts=1 init j:run,restarts=5 app",
            "0/1 Init:0/2 1" },
        { "restarts of those that are done do not once others run",
            "Running ready | init i:exit=0,Completed,restarts=2,ended=60 app:run,ready", "1/1 Running 0" },
        { "a failed one that runs again in a pod that was initialized",
            "Running initialized | init i:run app:run,ready", "1/1 Init:0/1 0" },
        { "it goes", "Pending deleted | init i:run app", "0/1 Terminating 0" },
        { "a gate is told only when no init container has anything to say", "Pending gated | init i app",
            "0/1 Init:0/1 0" },
        { "a sidecar that is not started yet", "Pending | side s:run app:wait=PodInitializing", "0/2 Init:0/1 0" },
        { "a sidecar that crashes", "Pending | side s:wait=CrashLoopBackOff,restarts=2 app",
            "0/2 Init:CrashLoopBackOff 2" },
        { "a started sidecar and an init container behind it",
            "Pending | side s:run,started,ready init i:run app:wait=PodInitializing", "1/2 Init:1/2 0" },
        { "a started sidecar that is not ready", "Running | side s:run,started app:run,ready", "1/2 Running 0" },
        { "a sidecar's restarts count with the others",
            "Running ready | side s:run,started,ready,restarts=1,ended=7200 app:run,ready,restarts=2,ended=60",
            "2/2 Running 3 (60s ago)" },
        { "a sidecar's restart may be the latest",
            "Running ready | side s:run,started,ready,restarts=1,ended=10 app:run,ready,restarts=2,ended=600",
            "2/2 Running 3 (10s ago)" },
        { "a done pod whose sidecar has ended", "Succeeded | side s:exit=0,Completed app:exit=0,Completed",
            "0/2 Completed 0" },
        { "a done pod whose sidecar was killed", "Succeeded initialized | side s:exit=137,Error app:exit=0,Completed",
            "0/2 Completed 0" },
        { "a main container that is done beside a sidecar that runs",
            "Running | side s:run,started,ready app:exit=0,Completed", "1/2 Completed 0" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void B2_Status_of_containers(string why, string pod, string expected) => Shown(pod).ShouldBe(expected, why);

    [Theory, MemberData(nameof(InitRows))]
    public void B2_Status_of_init_containers_and_sidecars(string why, string pod, string expected) =>
        Shown(pod).ShouldBe(expected, why);

    private static string Shown(string text)
    {
        var row = PodRow.Of(Read(text));
        return $"{row.Ready}/{row.Total} {row.Status} {row.ShowRestarts(Given.Now)}";
    }

    private static Pod Read(string text)
    {
        var halves = text.Split(" | ");
        var words = halves[0].Split(' ');
        var (inits, apps) = (new List<Container>(), new List<Container>());
        var (initStatuses, statuses) = (new List<ContainerStatus>(), new List<ContainerStatus>());
        string? role = null;
        foreach (var word in halves[1].Split(' '))
        {
            if (word is "init" or "side")
            {
                role = word;
                continue;
            }
            var container = new Container
            {
                Name = role is null ? $"app{apps.Count}" : word.Split(':')[0],
                RestartPolicy = role == "side" ? "Always" : null,
            };
            (role is null ? apps : inits).Add(container);
            if (word.Contains(':')) (role is null ? statuses : initStatuses).Add(StatusOf(container.Name, word));
            else if (role is not null) initStatuses.Add(new ContainerStatus { Name = container.Name });
            role = null;
        }
        return new Pod
        {
            Metadata = new() { Name = "p", DeletionTimestamp = words.Contains("deleted") ? Given.Now : null },
            Spec = new() { InitContainers = inits, Containers = apps },
            Status = new()
            {
                Phase = words[0],
                Reason = words.FirstOrDefault(word => word.StartsWith("reason=", StringComparison.Ordinal))?[7..],
                Conditions = ConditionsOf(words),
                InitContainerStatuses = initStatuses,
                ContainerStatuses = statuses,
            },
        };
    }

    private static List<PodCondition> ConditionsOf(string[] words)
    {
        var conditions = new List<PodCondition>();
        if (words.Contains("gated"))
            conditions.Add(new() { Type = "PodScheduled", Status = "False", Reason = "SchedulingGated" });
        if (words.Contains("ready")) conditions.Add(new() { Type = "Ready", Status = "True" });
        if (words.Contains("initialized")) conditions.Add(new() { Type = "Initialized", Status = "True" });
        return conditions;
    }

    // app:run,ready,restarts=2,ended=60 | app:exit=CODE,REASON,signal=N | app:wait=REASON
    private static ContainerStatus StatusOf(string name, string word)
    {
        var facts = word[(word.IndexOf(':') + 1)..].Split(',');
        string? Value(string key) =>
            facts.FirstOrDefault(fact => fact.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];
        var state = facts[0].Split('=') switch
        {
            ["run"] => new ContainerState { Running = new() },
            ["wait", var reason] => new ContainerState { Waiting = new() { Reason = reason } },
            ["exit", var code] => new ContainerState
            {
                Terminated = new()
                {
                    ExitCode = int.Parse(code),
                    Reason = facts[1],
                    Signal = int.Parse(Value("signal") ?? "0"),
                },
            },
            _ => throw new FormatException($"no state in {word}"),
        };
        return new ContainerStatus
        {
            Name = name,
            Ready = facts.Contains("ready"),
            Started = facts.Contains("started") ? true : null,
            RestartCount = int.Parse(Value("restarts") ?? "0"),
            State = state,
            LastState = Value("ended") is { } seconds
                ? new() { Terminated = new() { FinishedAt = Given.Now.AddSeconds(-int.Parse(seconds)) } }
                : null,
        };
    }
}
