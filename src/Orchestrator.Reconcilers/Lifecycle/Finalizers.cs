namespace Orchestrator.Reconcilers.Lifecycle;

/// <summary>The finalizers the control plane itself puts on objects.</summary>
public static class Finalizers
{
    /// <summary>The object goes after the dependents that block it.</summary>
    public const string Foreground = "foregroundDeletion";

    /// <summary>The object goes after its dependents have been let go.</summary>
    public const string Orphan = "orphan";

    /// <summary>In <c>spec.finalizers</c> of a namespace: it goes after all it holds.</summary>
    public const string Kubernetes = "kubernetes";
}
