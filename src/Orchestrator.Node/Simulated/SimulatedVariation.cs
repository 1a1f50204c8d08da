namespace Orchestrator.Nodes.Simulated;

/// <summary>
/// How single pulls and containers differ from what their image says. Everything is drawn from the seed and a name,
/// such as that of a pod's container and its attempt: the order of calls does not matter.
/// </summary>
public sealed record SimulatedVariation
{
    /// <summary>A pull takes up to so long.</summary>
    public TimeSpan PullTimeMax { get; init; }

    /// <summary>The part of pulls that the registry refuses.</summary>
    public double PullRefusals { get; init; }

    /// <summary>A creation takes up to so long.</summary>
    public TimeSpan CreateTimeMax { get; init; }

    /// <summary>A start takes up to so long.</summary>
    public TimeSpan StartTimeMax { get; init; }

    /// <summary>The part of containers that refuse to start.</summary>
    public double StartRefusals { get; init; }

    /// <summary>The part of containers that end by themselves.</summary>
    public double Crashes { get; init; }

    /// <summary>The part of those that the kernel ends, for want of memory.</summary>
    public double OutOfMemory { get; init; }

    /// <summary>One that ends by itself does so within this time.</summary>
    public TimeSpan RunTimeMax { get; init; }

    /// <summary>A stop takes up to so long, which may be longer than the grace.</summary>
    public TimeSpan StopTimeMax { get; init; }

    /// <summary>How one container behaves.</summary>
    public SimulatedBehaviour Of(SimulatedBehaviour image, int seed, string container)
    {
        ArgumentNullException.ThrowIfNull(image);
        double Chance(string what) => Draw(seed, container, what);
        var crashes = image.RunTime is null && Chance("crash") < Crashes;
        return image with
        {
            CreateTime = image.CreateTime + CreateTimeMax * Chance("create"),
            StartTime = image.StartTime + StartTimeMax * Chance("start"),
            StartRefusal = image.StartRefusal
                ?? (Chance("start refusal") < StartRefusals ? "the simulated engine refuses this start" : null),
            StopTime = image.StopTime + StopTimeMax * Chance("stop"),
            RunTime = crashes ? RunTimeMax * Chance("run") : image.RunTime,
            ExitCode = crashes ? 1 : image.ExitCode,
            RunsOutOfMemory = crashes ? Chance("memory") < OutOfMemory : image.RunsOutOfMemory,
        };
    }

    /// <summary>How one pull goes.</summary>
    public SimulatedBehaviour OfPull(SimulatedBehaviour image, int seed, string pull)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image with
        {
            PullTime = image.PullTime + PullTimeMax * Draw(seed, pull, "pull"),
            PullRefusal = image.PullRefusal
                ?? (Draw(seed, pull, "refusal") < PullRefusals ? "the simulated registry is overloaded" : null),
        };
    }

    // FNV-1a and a finalizer that spreads it: from 0 to 1, the same in every process.
    private static double Draw(int seed, string name, string what)
    {
        var hash = 14695981039346656037UL ^ (uint)seed;
        foreach (var c in name) hash = unchecked((hash ^ c) * 1099511628211UL);
        foreach (var c in what) hash = unchecked((hash ^ c) * 1099511628211UL);
        hash = unchecked((hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9UL);
        hash = unchecked((hash ^ (hash >> 27)) * 0x94d049bb133111ebUL);
        hash ^= hash >> 31;
        return (hash >> 11) / (double)(1UL << 53);
    }
}
