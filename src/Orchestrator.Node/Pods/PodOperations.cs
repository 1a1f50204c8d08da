using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Nodes.Hooks;
using Orchestrator.Nodes.Images;
using Orchestrator.Nodes.Volumes;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>Does what a plan says, one action at a time, and tells the user as the kubelet would.</summary>
internal sealed class PodOperations(NodeEngine engine, PodSights sights, Action wake)
{
    private readonly PodImages _images = new(engine, wake);
    private readonly Dictionary<string, string> _lastFailures = [];
    private readonly RuntimeClasses _runtimeClasses = new(engine);

    /// <summary>What is done after starts and before ends.</summary>
    public ContainerHooks Hooks { get; } = new(engine, sights);

    /// <summary>How far the pulls under way are, by container.</summary>
    public IReadOnlyDictionary<string, string> Pulls => _images.Pulls;

    /// <param name="giveUp">Ends waits that are not worth their end any more; never a container half made.</param>
    /// <param name="cancellation">Ends everything, for the node itself is being stopped.</param>
    public async Task DoAsync(
        Pod pod, PodAction action, CancellationToken giveUp, CancellationToken cancellation)
    {
        if (IsDestructive(action) && !await engine.Reports.MayActAsync(isDestructive: true))
        {
            throw new OperationCanceledException(
                $"the node is run by another now, so {action} is not this one's to do");
        }
        await BeginAsync(pod, action, giveUp, cancellation);
    }

    private static bool IsDestructive(PodAction action) => action
        is PodAction.StopContainer or PodAction.BeginPreStop or PodAction.StopSandbox or PodAction.RemoveContainer
        or PodAction.RemoveVolumes;

    private Task BeginAsync(Pod pod, PodAction action, CancellationToken giveUp,
        CancellationToken cancellation) => action switch
        {
            PodAction.PrepareVolumes => PrepareVolumesAsync(pod, cancellation),
            PodAction.StartSandbox start => StartSandboxAsync(pod, start, cancellation),
            PodAction.StartContainer start => StartContainerAsync(pod, start, giveUp, cancellation),
            PodAction.ResizeContainer resize => ResizeAsync(pod, resize, cancellation),
            PodAction.StopContainer stop => StopAsync(
                () => Hooks.StopAsync(pod, stop, giveUp, cancellation), stop.Grace),
            PodAction.BeginPreStop begin => BeginPreStopAsync(pod, begin, cancellation),
            PodAction.StopSandbox stop => StopAsync(() => StopSandboxAsync(stop.Id, cancellation), TimeSpan.Zero),
            PodAction.RemoveContainer remove => RemoveAsync(remove.Id, cancellation),
            PodAction.RemoveVolumes => engine.Volumes.RemoveAsync(pod.Metadata.Uid!, cancellation),
            PodAction.ConfirmStopped => engine.Reports.ConfirmStoppedAsync(pod, cancellation),
            _ => throw new InvalidOperationException($"no way to do {action}"),
        };

    private async Task PrepareVolumesAsync(Pod pod, CancellationToken cancellation)
    {
        try
        {
            var facts = engine.Facts(pod, sights.PodIP);
            foreach (var warning in await engine.Volumes.PrepareAsync(facts, engine.Inputs, cancellation))
            {
                engine.Reports.Event(pod, "", "Warning", "VolumeOnDisk", warning);
            }
            _lastFailures.Remove(PodObservation.VolumesKey);
        }
        catch (VolumeException missing)
        {
            TellOnce(pod, PodObservation.VolumesKey, "", "FailedMount", missing.Message);
            throw StartFailedException.Config(StartFailedException.MissingVolume, missing.Message);
        }
    }

    private async Task StartSandboxAsync(Pod pod, PodAction.StartSandbox start, CancellationToken cancellation)
    {
        try
        {
            var spec = ContainerSpecs.Sandbox(pod, engine.InfraImage, start.Attempt);
            // Another runtime than the usual one would not know of the name.
            var canBeWarm = string.IsNullOrEmpty(pod.Spec.RuntimeClassName);
            if (canBeWarm && await engine.Sandboxes.TakeAsync(spec, cancellation) is { } warm) sights.Put(warm);
            else await CreateAndStartAsync(spec, cancellation);
            _lastFailures.Remove(PodObservation.SandboxKey);
        }
        catch (Exception refused) when (refused is RuntimeRefusedException or ContainerConfigException)
        {
            var message = $"Failed to create pod sandbox: {refused.Message}";
            TellOnce(pod, PodObservation.SandboxKey, "", "FailedCreatePodSandBox", message);
            throw StartFailedException.Engine("FailedCreatePodSandBox", message);
        }
    }

    private Task<string> CreateAndStartAsync(ContainerSpec spec, CancellationToken cancellation) =>
        engine.StartingAsync(
            async () =>
            {
                var id = await engine.Runtime.CreateAsync(spec, cancellation);
                await engine.Runtime.StartAsync(id, cancellation);
                await LookAsync(id, cancellation);
                return id;
            },
            cancellation);

    private async Task StartContainerAsync(
        Pod pod, PodAction.StartContainer start, CancellationToken giveUp, CancellationToken cancellation)
    {
        var container = PodContainers.All(pod.Spec).First(spec => spec.Name == start.Name);
        var path = FieldPath(pod, container);
        var image = await _images.EnsureAsync(pod, container, _lastFailures.ContainsKey(container.Name), giveUp);
        giveUp.ThrowIfCancellationRequested();
        var spec = await ConfigureAsync(pod, container, start, image, path, cancellation);
        var started = await engine.StartingAsync(
            async () =>
            {
                var made = await CreateAsync(pod, spec, path, container, cancellation);
                var id = await _runtimeClasses.StartWithLimitsAsync(pod, spec, made, path, cancellation);
                await StartAsync(pod, id, path, container, cancellation);
                return id;
            },
            cancellation);
        _lastFailures.Remove(container.Name);
        await Hooks.AfterStartAsync(pod, container, started, giveUp, cancellation);
    }

    private async Task<ContainerSpec> ConfigureAsync(
        Pod pod, Container container, PodAction.StartContainer start, RuntimeImage image, string path,
        CancellationToken cancellation)
    {
        try
        {
            var facts = engine.Facts(pod, sights.PodIP);
            var environment = ContainerEnvironment.Build(facts, container, engine.Inputs);
            foreach (var skipped in environment.Skipped)
            {
                engine.Reports.Event(pod, path, "Warning", "InvalidEnvironmentVariableNames", skipped);
            }
            var mounts = await engine.Volumes.MountsAsync(
                facts, container, start.Attempt, environment.Variables, cancellation);
            var spec = ContainerSpecs.Container(facts, container, start, image, environment, mounts);
            spec = await ContainerSecurity.ConfineAsync(
                spec, pod, container, engine.Options.Policy, engine.Abilities.HasAppArmor, cancellation);
            spec = engine.Devices.Equip(pod, container, _runtimeClasses.Apply(pod, spec));
            return spec with
            {
                JoinsPidOf = TargetOf(container),
                CgroupParent = await engine.Holds.ParentAsync(pod, cancellation),
                Hostname = sights.IsWarm(start.SandboxId) ? PodHostname.InKernel(pod) : null,
            };
        }
        catch (Exception wrong) when (wrong is ContainerConfigException or IOException or UnauthorizedAccessException)
        {
            TellOnce(pod, container.Name, path, "Failed", $"Error: {wrong.Message}");
            throw StartFailedException.Config(StartFailedException.MissingObject, wrong.Message);
        }
    }

    // One who looks at a container that does not run waits for it, for an engine refuses for good.
    private string? TargetOf(Container container)
    {
        if (container is not EphemeralContainer { TargetContainerName: { Length: > 0 } name }) return null;
        var newest = sights.Attempts.Where(attempt => attempt.Container == name).MaxBy(attempt => attempt.Attempt)
            ?? throw new ContainerConfigException($"unable to find target container {name}");
        return newest.Phase == AttemptPhase.Running
            ? newest.Id
            : throw new ContainerConfigException($"target container {name} does not run");
    }

    private async Task<string> CreateAsync(
        Pod pod, ContainerSpec spec, string path, Container container, CancellationToken cancellation)
    {
        try
        {
            var id = await engine.Runtime.CreateAsync(spec, cancellation);
            engine.Reports.Event(pod, path, "Normal", "Created", $"Created container: {container.Name}");
            return id;
        }
        catch (RuntimeRefusedException refused)
        {
            TellOnce(pod, container.Name, path, "Failed", $"Error: {refused.Message}");
            throw StartFailedException.Engine("CreateContainerError", refused.Message);
        }
    }

    private async Task StartAsync(Pod pod, string id, string path, Container container, CancellationToken cancellation)
    {
        try
        {
            await engine.Runtime.StartAsync(id, cancellation);
            engine.Reports.Event(pod, path, "Normal", "Started", $"Started container {container.Name}");
            await LookAsync(id, cancellation);
        }
        catch (RuntimeRefusedException refused)
        {
            TellOnce(pod, container.Name, path, "Failed", $"Error: {refused.Message}");
            // An engine that keeps the failed attempt has said why on it; then it counts as a crash like any other.
            if (await LookAsync(id, cancellation) is { Error.Length: > 0 }) return;
            throw StartFailedException.Engine("RunContainerError", refused.Message);
        }
    }

    private Task BeginPreStopAsync(Pod pod, PodAction.BeginPreStop begin, CancellationToken cancellation)
    {
        if (PodContainers.Find(pod.Spec, begin.Name) is { } container)
            Hooks.BeginPreStop(pod, container, begin.Id, cancellation);
        return Task.CompletedTask;
    }

    private async Task ResizeAsync(Pod pod, PodAction.ResizeContainer resize, CancellationToken cancellation)
    {
        // What the pod weighs follows from what its containers ask for.
        await engine.Holds.ParentAsync(pod, cancellation);
        await new ContainerResize(engine).DoAsync(resize, cancellation);
        await LookAsync(resize.Id, cancellation);
    }

    // Others do not make way for one that may take its time.
    private Task StopAsync(Func<Task> stop, TimeSpan grace) =>
        grace <= engine.Options.UrgentStopMax ? engine.Calm.UrgentAsync(stop) : stop();

    private async Task StopSandboxAsync(string id, CancellationToken cancellation)
    {
        await engine.Runtime.StopAsync(id, TimeSpan.Zero, null, cancellation);
        await LookAsync(id, cancellation);
    }

    private async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        await engine.RemoveAsync(id, cancellation);
        sights.Forget(id);
    }

    private Task<ContainerSnapshot?> LookAsync(string id, CancellationToken cancellation) =>
        sights.LookAsync(id, cancellation);

    // A retry that fails as before is no news.
    private void TellOnce(Pod pod, string key, string path, string reason, string message)
    {
        if (_lastFailures.TryGetValue(key, out var before) && before == message) return;
        _lastFailures[key] = message;
        engine.Reports.Event(pod, path, "Warning", reason, message);
    }

    private static string FieldPath(Pod pod, Container container) =>
        PodContainers.FieldPath(pod.Spec, container.Name);
}
