namespace Orchestrator.Nodes.Simulated;

/// <summary>
/// How containers of an image behave. The first behaviour whose pattern fits the image holds; an image none fits runs
/// for ever and stops when told. Zero times mean "within the call".
/// </summary>
/// <param name="ImagePattern">The image reference; <c>*</c> stands for any text.</param>
public sealed record SimulatedBehaviour(string ImagePattern)
{
    /// <summary>How long a pull takes.</summary>
    public TimeSpan PullTime { get; init; }

    /// <summary>What the registry answers instead of the image; null for no refusal.</summary>
    public string? PullRefusal { get; init; }

    /// <summary>The registry begins to answer and says no more.</summary>
    public bool PullStalls { get; init; }

    /// <summary>The registry gives the image only to who brings this password; null gives it to all.</summary>
    public string? PullPassword { get; init; }

    /// <summary>Size of the image.</summary>
    public long ImageBytes { get; init; }

    /// <summary>The image is there without a pull.</summary>
    public bool IsPresent { get; init; }

    /// <summary>The user the image names.</summary>
    public string? User { get; init; }

    /// <summary>How long the creation takes.</summary>
    public TimeSpan CreateTime { get; init; }

    /// <summary>What the engine answers to the creation; null for no refusal.</summary>
    public string? CreateRefusal { get; init; }

    /// <summary>How long the start takes.</summary>
    public TimeSpan StartTime { get; init; }

    /// <summary>What the engine answers to the start; null for no refusal.</summary>
    public string? StartRefusal { get; init; }

    /// <summary>How long it runs by itself; null for ever.</summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>The code of an end by itself.</summary>
    public int ExitCode { get; init; }

    /// <summary>The end by itself is the kernel's, for want of memory: code 137 and the flag.</summary>
    public bool RunsOutOfMemory { get; init; }

    /// <summary>How long it needs after the stop signal; beyond the grace it is killed, with code 137.</summary>
    public TimeSpan StopTime { get; init; }

    /// <summary>The code of an end by the stop signal.</summary>
    public int StopExitCode { get; init; }

    /// <summary>Every time above varies by up to this part of itself, by the seed: 0.1 is ±10 %.</summary>
    public double Jitter { get; init; }

    /// <summary>Lines it writes when it starts.</summary>
    public IReadOnlyList<string> Output { get; init; } = [];

    /// <summary>How it answers probes, the first that fits; what none fits is well while it runs.</summary>
    public IReadOnlyList<SimulatedHealth> Health { get; init; } = [];

    /// <summary>Thousandths of a processor it uses while it runs; null lets them follow from the image.</summary>
    public long? CpuMillicores { get; init; }

    /// <summary>How much memory it uses while it runs; null lets it follow from the image.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How much it writes into its own file system in each second that it runs.</summary>
    public long WrittenBytesPerSecond { get; init; }

    /// <summary>Whether an image falls under it.</summary>
    public bool Fits(string image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var parts = ImagePattern.Split('*');
        if (parts.Length == 1)
        {
            return image == ImagePattern;
        }
        if (!image.StartsWith(parts[0], StringComparison.Ordinal))
        {
            return false;
        }
        var at = parts[0].Length;
        foreach (var middle in parts[1..^1])
        {
            var found = image.IndexOf(middle, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }
            at = found + middle.Length;
        }
        return image.Length - at >= parts[^1].Length && image.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
