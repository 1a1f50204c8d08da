using Orchestrator.Api.Core.V1;

namespace Orchestrator.Reconcilers.Probes;

/// <summary>What a probe decides about its container.</summary>
public enum ProbeKind
{
    /// <summary>Whether it has come up; until then the others wait.</summary>
    Startup,

    /// <summary>Whether it is worth keeping.</summary>
    Liveness,

    /// <summary>Whether it is to be sent work.</summary>
    Readiness,
}

/// <summary>Where a container says what is asked of it.</summary>
public static class ProbeKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProbeKind> All { get; } =
        [ProbeKind.Startup, ProbeKind.Liveness, ProbeKind.Readiness];

    /// <summary>The probe of that kind, or null.</summary>
    public static Probe? Of(Container container, ProbeKind kind)
    {
        ArgumentNullException.ThrowIfNull(container);
        return kind switch
        {
            ProbeKind.Startup => container.StartupProbe,
            ProbeKind.Liveness => container.LivenessProbe,
            _ => container.ReadinessProbe,
        };
    }

    /// <summary>It has a probe of any kind.</summary>
    public static bool HasAny(Container container)
    {
        ArgumentNullException.ThrowIfNull(container);
        return (container.StartupProbe ?? container.LivenessProbe ?? container.ReadinessProbe) is not null;
    }
}
