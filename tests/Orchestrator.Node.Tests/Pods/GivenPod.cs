using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Pods in one line.</summary>
internal static class GivenPod
{
    private static int _count;

    public static Pod Of(string name, params Container[] containers) => new()
    {
        Metadata = new()
        {
            Name = name,
            Namespace = "default",
            Uid =
                $"uid-{System.Environment.ProcessId}-{System.Environment.TickCount64}-{Interlocked.Increment(ref _count)}",
            Generation = 1,
        },
        Spec = new()
        {
            NodeName = "node-1",
            RestartPolicy = "Always",
            TerminationGracePeriodSeconds = 30,
            Containers = containers
        },
    };

    public static Container Shell(string name, string script) => new()
    {
        Name = name,
        Image = "orchestrator-test/busybox:1",
        ImagePullPolicy = "IfNotPresent",
        Command = ["/bin/sh", "-c", script],
    };

    /// <summary>A container that is put into a pod to look at it.</summary>
    public static EphemeralContainer Look(string name, string script, string? target = null) => new()
    {
        Name = name,
        Image = "orchestrator-test/busybox:1",
        ImagePullPolicy = "IfNotPresent",
        Command = ["/bin/sh", "-c", script],
        TargetContainerName = target,
    };

    public static Pod With(this Pod pod, Func<PodSpec, PodSpec> change) => pod with { Spec = change(pod.Spec) };
}
