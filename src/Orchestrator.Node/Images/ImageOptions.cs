using Orchestrator.Reconcilers.Images;

namespace Orchestrator.Nodes.Images;

/// <summary>Settings of a node's images.</summary>
public sealed record ImageOptions
{
    /// <summary>Docker's <c>config.json</c> with credentials for all pods of the node; null for none.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Where images of a registry are looked for before it is asked itself.</summary>
    public RegistryMirrors Mirrors { get; init; } = RegistryMirrors.None;

    /// <summary>A pull that makes no progress for so long is given up; zero waits for ever.</summary>
    public TimeSpan PullSilenceMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often, at most, a pod says how far a long pull is.</summary>
    public TimeSpan ProgressPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>When images are removed.</summary>
    public ImageGcLimits Limits { get; init; } = new();

    /// <summary>How often the node looks at its images.</summary>
    public TimeSpan LookPeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most images that a node lists in its status.</summary>
    public int ListedMax { get; init; } = 50;
}
