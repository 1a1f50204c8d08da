using System.Globalization;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Pods;

/// <summary>Labels beyond the common ones: what a node must remember of a container across its own restarts.</summary>
public static class PodLabels
{
    /// <summary>The infra container it joined.</summary>
    public const string Sandbox = "io.kubernetes.sandbox.id";

    /// <summary>Grace of its pod in seconds, for a pod whose object is gone.</summary>
    public const string GracePeriod = "io.kubernetes.pod.terminationGracePeriod";

    /// <summary>Seconds its predecessor's crash was waited out; absent at a first start.</summary>
    public const string BackOff = "io.orchestrator.backoff";

    /// <summary>What is done before it is asked to end, for a pod whose object is gone.</summary>
    public const string PreStop = "io.kubernetes.container.preStopHandler";

    /// <summary>The image's digest in its registry.</summary>
    public const string ImageDigest = "io.orchestrator.image";

    /// <summary>The image's name as the pod says it, when the engine knows the image by another.</summary>
    public const string ImageName = "io.orchestrator.image-name";

    /// <summary>Roles a container may have, the values of <see cref="ContainerLabels.Role"/>.</summary>
    public const string InfraRole = "infra", InitRole = "init", AppRole = "container", EphemeralRole = "ephemeral";

    /// <summary>What all containers of a pod carry.</summary>
    public static Dictionary<string, string> Of(Pod pod, string container, string role, int attempt) => new()
    {
        [ContainerLabels.PodNamespace] = pod.Metadata.Namespace ?? "",
        [ContainerLabels.PodName] = pod.Metadata.Name ?? "",
        [ContainerLabels.PodUid] = pod.Metadata.Uid ?? "",
        [ContainerLabels.ContainerName] = container,
        [ContainerLabels.Role] = role,
        [ContainerLabels.Attempt] = attempt.ToString(CultureInfo.InvariantCulture),
        [GracePeriod] = (pod.Spec.TerminationGracePeriodSeconds ?? 30).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Deterministic, so that one attempt of a container cannot exist twice.</summary>
    public static string ContainerName(Pod pod, string container, int attempt) =>
        $"k8s_{container}_{pod.Metadata.Name}_{pod.Metadata.Namespace}_{pod.Metadata.Uid}_{attempt}";

    /// <summary>The infra container that a snapshot shows.</summary>
    public static SandboxObservation ToSandbox(ContainerSnapshot seen) =>
        new(seen.Id, Number(seen, ContainerLabels.Attempt) ?? 0, Phase(seen), seen.IpAddress);

    /// <summary>The attempt of a container that a snapshot shows.</summary>
    public static ContainerAttempt ToAttempt(ContainerSnapshot seen, string? terminationMessage) => new(
        seen.Id, Text(seen, ContainerLabels.ContainerName), Number(seen, ContainerLabels.Attempt) ?? 0,
        Text(seen, Sandbox), Phase(seen))
    {
        SpecHash = Text(seen, ContainerLabels.SpecHash),
        Image = Text(seen, ImageName) is { Length: > 0 } said ? said : seen.Image,
        ImageId = Text(seen, ImageDigest) is { Length: > 0 } digest
            ? $"docker-pullable://{digest}"
            : $"docker://{seen.ImageId}",
        BackOff = Number(seen, BackOff) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        CreatedAt = seen.CreatedAt,
        StartedAt = seen.StartedAt,
        FinishedAt = seen.FinishedAt,
        ExitCode = seen.ExitCode,
        IsOomKilled = seen.IsOomKilled,
        Limits = seen.Limits,
        Error = seen.Error,
        TerminationMessage = terminationMessage,
    };

    /// <summary>
    /// A stand-in for a pod whose object is unknown, from what its containers tell: enough to stop it with its own
    /// grace.
    /// </summary>
    public static Pod ToStrayPod(IReadOnlyList<ContainerSnapshot> seen, DateTimeOffset now)
    {
        var first = seen[0];
        // What only its name makes a pod's cannot tell.
        var grace = seen.Select(container => Number(container, GracePeriod)).FirstOrDefault(said => said is not null)
            ?? 30;
        IEnumerable<string> Names(string role) => seen
            .Where(container => Text(container, ContainerLabels.Role) == role)
            .Select(container => Text(container, ContainerLabels.ContainerName)).Distinct()
            .Order(StringComparer.Ordinal);
        LifecycleHandler? HookOf(string name) => seen
            .Where(container => Text(container, ContainerLabels.ContainerName) == name)
            .Select(container => Text(container, PreStop)).Where(text => text.Length > 0)
            .Select(text => JsonSerializer.Deserialize(text, ApiJson.TypeInfo(typeof(LifecycleHandler))))
            .OfType<LifecycleHandler>().FirstOrDefault();
        Container Found(string name) => new()
        {
            Name = name,
            Lifecycle = HookOf(name) is { } hook ? new() { PreStop = hook } : null,
        };
        return new Pod
        {
            Metadata = new()
            {
                Name = Text(first, ContainerLabels.PodName),
                Namespace = Text(first, ContainerLabels.PodNamespace),
                Uid = Text(first, ContainerLabels.PodUid),
                DeletionTimestamp = now.AddSeconds(grace),
                DeletionGracePeriodSeconds = grace,
            },
            Spec = new()
            {
                InitContainers =
                    [.. Names(InitRole).Select(name => Found(name) with { RestartPolicy = "Always" })],
                Containers = [.. Names(AppRole).Select(Found)],
                EphemeralContainers = [.. Names(EphemeralRole).Select(name => new EphemeralContainer { Name = name })],
                TerminationGracePeriodSeconds = grace,
            },
        };
    }

    /// <summary>A stand-in for a pod of which only files are left.</summary>
    public static Pod ToStrayPod(string uid, DateTimeOffset now) => new()
    {
        Metadata = new() { Uid = uid, DeletionTimestamp = now, DeletionGracePeriodSeconds = 0 },
    };

    private static AttemptPhase Phase(ContainerSnapshot seen) => seen.Phase switch
    {
        ContainerPhase.Created => AttemptPhase.Created,
        ContainerPhase.Running => AttemptPhase.Running,
        ContainerPhase.Exited => AttemptPhase.Exited,
        _ => AttemptPhase.Unknown,
    };

    private static string Text(ContainerSnapshot seen, string label) => seen.Labels.GetValueOrDefault(label, "");

    private static int? Number(ContainerSnapshot seen, string label) =>
        int.TryParse(Text(seen, label), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
