using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds between the containers of a pod: names, ports of the host, what each sort may set.</summary>
internal static class ContainerListValidation
{
    private const string OfInitOnly = "may not be set for init containers without restartPolicy=Always";

    public static void Check(FieldErrors at, PodSpec spec)
    {
        CheckMain(at["containers"], spec);
        CheckInit(at["initContainers"], spec);
        EphemeralContainerValidation.Check(at["ephemeralContainers"], spec);
    }

    private static void CheckMain(FieldErrors at, PodSpec spec)
    {
        if (spec.Containers.Count == 0) at.Required();
        var names = new HashSet<string>();
        var hostPorts = new HashSet<string>();
        for (var i = 0; i < spec.Containers.Count; i++)
        {
            var container = spec.Containers[i];
            ContainerValidation.Check(at[i], container, spec);
            if (!names.Add(container.Name)) at[i]["name"].Duplicate(container.Name);
            ProbeValidation.Check(at[i], container, spec.TerminationGracePeriodSeconds);
            StopSignalValidation.Check(at[i], container, spec);
            RestartRuleValidation.Check(at[i], container);
            CheckHostPorts(at[i], container, hostPorts);
        }
    }

    private static void CheckInit(FieldErrors at, PodSpec spec)
    {
        var names = spec.Containers.Select(c => c.Name).ToHashSet();
        for (var i = 0; i < spec.InitContainers.Count; i++)
        {
            var container = spec.InitContainers[i];
            ContainerValidation.Check(at[i], container, spec);
            if (!names.Add(container.Name)) at[i]["name"].Duplicate(container.Name);
            RestartRuleValidation.Check(at[i], container);
            // Init containers run one by one, so their ports collide only within one.
            CheckHostPorts(at[i], container, []);
            if (PodResources.IsSidecar(container))
            {
                ProbeValidation.Check(at[i], container, spec.TerminationGracePeriodSeconds);
                StopSignalValidation.Check(at[i], container, spec);
            }
            else CheckUnset(at[i], container, OfInitOnly);
        }
    }

    private static void CheckUnset(FieldErrors at, Container container, string why)
    {
        if (container.Lifecycle is not null) at["lifecycle"].Forbidden(why);
        if (container.LivenessProbe is not null) at["livenessProbe"].Forbidden(why);
        if (container.ReadinessProbe is not null) at["readinessProbe"].Forbidden(why);
        if (container.StartupProbe is not null) at["startupProbe"].Forbidden(why);
    }

    private static void CheckHostPorts(FieldErrors at, Container container, HashSet<string> taken)
    {
        for (var p = 0; p < container.Ports.Count; p++)
        {
            var port = container.Ports[p];
            var text = $"{port.Protocol}/{port.HostIP}/{port.HostPort}";
            if (port.HostPort != 0 && !taken.Add(text)) at["ports"][p]["hostPort"].Duplicate(text);
        }
    }
}
