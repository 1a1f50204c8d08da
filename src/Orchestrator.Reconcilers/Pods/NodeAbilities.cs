namespace Orchestrator.Reconcilers.Pods;

/// <summary>What a node can and may do for a pod, beyond running it.</summary>
public sealed record NodeAbilities
{
    /// <summary>The machine enforces AppArmor profiles.</summary>
    public bool HasAppArmor { get; init; } = true;

    /// <summary>The engine gives single containers a user namespace of their own.</summary>
    public bool HasUserNamespaces { get; init; }

    /// <summary>
    /// Kernel parameters that pods may set beyond the safe ones; <c>*</c> at the end stands for any rest.
    /// </summary>
    public IReadOnlyList<string> AllowedUnsafeSysctls { get; init; } = [];
}
