using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Hooks;

/// <summary>
/// What is done right after the starts and before the ends of one pod's containers, and how they are stopped. A preStop
/// hook is run once per container, however often its stop is asked for.
/// </summary>
internal sealed class ContainerHooks(NodeEngine engine, PodSights sights)
{
    private readonly HookRunner _runner = new(engine, sights);
    private readonly Dictionary<string, RunningHook> _preStops = [];

    /// <summary>Ids of the containers whose preStop hook has been begun.</summary>
    public IReadOnlySet<string> PreStopsBegun => _preStops.Keys.ToHashSet();

    /// <summary>
    /// Does what is to be done right after a start. When that fails the container is stopped, and restarted like any
    /// other that died.
    /// </summary>
    /// <exception cref="StartFailedException">It failed; the container is not running any more.</exception>
    public async Task AfterStartAsync(
        Pod pod, Container container, string id, CancellationToken giveUp, CancellationToken cancellation)
    {
        if (container.Lifecycle?.PostStart is not { } hook || sights.HasNeverRun(id)) return;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(giveUp, cancellation);
        try
        {
            await _runner.RunAsync(pod, container, id, hook, both.Token);
        }
        catch (HookFailedException failed)
        {
            // What the hook said stays out of the event, for it may be a secret.
            Tell(pod, container, "Warning", "FailedPostStartHook", "PostStartHook failed");
            engine.Reports.Explain(pod, "PostStart", failed.Message, "");
            await StopFailedAsync(pod, container, id, giveUp, cancellation);
            throw new StartFailedException(
                StartTrouble.PostStartFailed, failed.Message, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>Begins the preStop hook, unless it was begun before.</summary>
    public void BeginPreStop(Pod pod, Container container, string id, CancellationToken lifetime)
    {
        if (container.Lifecycle?.PreStop is not { } hook || _preStops.ContainsKey(id)) return;
        var running = new RunningHook(id, lifetime);
        _preStops.Add(id, running);
        running.Completion = RunAsync(pod, container, hook, running);
    }

    /// <summary>
    /// Runs the preStop hook within the grace, then asks the container to end, and kills it when the rest of the grace
    /// is over. A hook that takes it all leaves two seconds more.
    /// </summary>
    public async Task StopAsync(Pod pod, PodAction.StopContainer stop, CancellationToken giveUp,
        CancellationToken cancellation)
    {
        var container = PodContainers.Find(pod.Spec, stop.Name);
        var message = stop.Why.StartsWith($"Container {stop.Name} ", StringComparison.Ordinal)
            ? stop.Why : $"Stopping container {stop.Name}";
        if (container is null) engine.Reports.Event(pod, "", "Normal", "Killing", message);
        else Tell(pod, container, "Normal", "Killing", message);
        await StopAsync(pod, container, stop, giveUp, cancellation);
    }

    /// <summary>Ends the wait for hooks of containers that are dead.</summary>
    public void NoticeEnds()
    {
        foreach (var hook in _preStops.Values.Where(hook => sights.HasEnded(hook.ContainerId)).ToList())
        {
            hook.Cancel();
            if (!hook.IsOver || sights.IsKnown(hook.ContainerId)) continue;
            _preStops.Remove(hook.ContainerId);
            hook.Dispose();
        }
    }

    /// <summary>Returns when no hook runs any more; those that do are given up.</summary>
    public async Task EndAsync()
    {
        foreach (var hook in _preStops.Values.ToList())
        {
            hook.Cancel();
            await hook.Completion;
            hook.Dispose();
        }
    }

    private async Task StopAsync(
        Pod pod, Container? container, PodAction.StopContainer stop, CancellationToken giveUp,
        CancellationToken cancellation)
    {
        var began = engine.Time.GetTimestamp();
        if (container is not null) BeginPreStop(pod, container, stop.Id, cancellation);
        var hook = _preStops.GetValueOrDefault(stop.Id);
        if (hook is not null) await hook.WaitAsync(stop.HookGrace ?? stop.Grace, engine.Time, giveUp);
        var left = stop.Grace - engine.Time.GetElapsedTime(began);
        var least = hook is null ? PodGrace.Least(stop.Grace) : PodGrace.Extension;
        await engine.Runtime.StopAsync(stop.Id, left > least ? left : least, sights.StopSignal(stop.Id), giveUp);
        hook?.Cancel();
        if (!sights.HasEnded(stop.Id)) await sights.LookAsync(stop.Id, giveUp);
    }

    private async Task StopFailedAsync(
        Pod pod, Container container, string id, CancellationToken giveUp, CancellationToken cancellation)
    {
        if (!await engine.Reports.MayActAsync(isDestructive: true)) return;
        Tell(pod, container, "Normal", "Killing", "FailedPostStartHook");
        var grace = TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds ?? 30);
        var stop = new PodAction.StopContainer(container.Name, id, grace, "what follows its start has failed");
        await StopAsync(pod, container, stop, giveUp, cancellation);
    }

    private async Task RunAsync(Pod pod, Container container, LifecycleHandler hook, RunningHook running)
    {
        await Task.Yield();
        try
        {
            await _runner.RunAsync(pod, container, running.ContainerId, hook, running.Token);
        }
        catch (HookFailedException failed)
        {
            Tell(pod, container, "Warning", "FailedPreStopHook", "PreStopHook failed");
            engine.Reports.Explain(pod, "PreStop", failed.Message, "");
        }
        catch (OperationCanceledException) when (running.Token.IsCancellationRequested)
        {
            engine.Reports.Explain(pod, "PreStop",
                $"the preStop hook of container {container.Name} was not waited for: the container has ended", "");
        }
        finally
        {
            running.Finish();
        }
    }

    private void Tell(Pod pod, Container container, string type, string reason, string message) =>
        engine.Reports.Event(pod, PodContainers.FieldPath(pod.Spec, container.Name), type, reason, message);
}
