using Orchestrator.Nodes.Images;

namespace Orchestrator.Nodes;

/// <summary>One attempt to have an image.</summary>
/// <param name="Reference">What the registry, or a mirror of it, is asked for.</param>
public sealed record ImagePull(string Reference)
{
    /// <summary>The name it is to have here, when that is not the one it is pulled by.</summary>
    public string? KeepAs { get; init; }

    /// <summary>What opens the registry; null to ask without.</summary>
    public RegistryCredential? Credential { get; init; }

    /// <summary>Hears of every step, on the scheduler of the caller.</summary>
    public Action<PullProgress>? OnProgress { get; init; }

    /// <summary>
    /// Longest silence after which the engine itself is taken for gone; null leaves it to the runtime. Whoever asks
    /// watches the progress, so this is only the net below.
    /// </summary>
    public TimeSpan? SilenceMax { get; init; }

    /// <summary>The name by which the image is known here afterwards.</summary>
    public string LocalName => KeepAs ?? Reference;

    /// <inheritdoc/>
    public override string ToString() => $"pull of {Reference}";
}

/// <summary>How far a pull is. Totals grow while the registry tells of more layers.</summary>
/// <param name="TotalBytes">0 while nothing is known.</param>
public sealed record PullProgress(long DoneBytes, long TotalBytes, int DoneLayers, int Layers);
