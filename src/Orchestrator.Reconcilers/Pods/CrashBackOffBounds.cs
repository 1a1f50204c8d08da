namespace Orchestrator.Reconcilers.Pods;

/// <summary>The first delay of a crash loop, doubled after each further crash, and the longest one.</summary>
public sealed record CrashBackOffBounds
{
    /// <summary>The shortest maximum that may be chosen.</summary>
    public static readonly TimeSpan ChosenMin = TimeSpan.FromSeconds(1);

    /// <summary>The longest maximum that may be chosen.</summary>
    public static readonly TimeSpan ChosenMax = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan UsualFirst = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReducedFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReducedMax = TimeSpan.FromSeconds(60);

    /// <summary>10 s, doubling up to 300 s.</summary>
    public static CrashBackOffBounds Usual { get; } = Of(null, isReduced: false);

    private CrashBackOffBounds(TimeSpan first, TimeSpan max) => (First, Max) = (first, max);

    /// <summary>The delay after the second crash; the first is not waited out.</summary>
    public TimeSpan First { get; }

    /// <summary>The longest delay.</summary>
    public TimeSpan Max { get; }

    /// <param name="max">The maximum chosen for the node, 1 to 300 s; it wins over the other choice's.</param>
    /// <param name="isReduced">Begin with 1 s and end with 60 s.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not within its bounds.</exception>
    public static CrashBackOffBounds Of(TimeSpan? max, bool isReduced)
    {
        if (max is { } chosen && (chosen < ChosenMin || chosen > ChosenMax))
        {
            throw new ArgumentOutOfRangeException(nameof(max), chosen,
                "the longest wait between two restarts of a container must be 1 s to 300 s");
        }
        var first = isReduced ? ReducedFirst : UsualFirst;
        var longest = max ?? (isReduced ? ReducedMax : ChosenMax);
        return new(first < longest ? first : longest, longest);
    }
}
