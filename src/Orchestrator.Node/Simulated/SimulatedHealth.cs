using System.Globalization;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Simulated;

/// <summary>How a simulated container answers probes, by how long it has run.</summary>
/// <param name="Kind">Which of its probes; null for all.</param>
public sealed record SimulatedHealth(ProbeKind? Kind = null)
{
    private const string Prefix = "SIMULATED_";

    /// <summary>It fails until it has run so long.</summary>
    public TimeSpan PassesAfter { get; init; }

    /// <summary>It fails again once it has run so long; null for never.</summary>
    public TimeSpan? FailsAfter { get; init; }

    /// <summary>How long an answer takes; what takes longer than the probe waits is a failure.</summary>
    public TimeSpan AnswerTime { get; init; }

    /// <summary>
    /// What a manifest says by the environment of a container, in seconds: <c>SIMULATED_READINESS=5</c> passes after
    /// five, <c>SIMULATED_LIVENESS=0-60</c> fails after sixty, <c>SIMULATED_PROBES=</c> speaks of all kinds.
    /// </summary>
    public static IEnumerable<SimulatedHealth> Of(IReadOnlyList<string> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        return environment.Where(variable => variable.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(variable => Read(variable[Prefix.Length..].Split('=', 2))).OfType<SimulatedHealth>();
    }

    private static SimulatedHealth? Read(string[] pair)
    {
        if (pair.Length != 2) return null;
        ProbeKind? kind = Enum.TryParse<ProbeKind>(pair[0], ignoreCase: true, out var named) ? named : null;
        if (kind is null && pair[0] != "PROBES") return null;
        var times = pair[1].Split('-', 2);
        return new SimulatedHealth(kind)
        {
            PassesAfter = Seconds(times[0]) ?? TimeSpan.Zero,
            FailsAfter = times.Length == 2 ? Seconds(times[1]) : null,
        };
    }

    private static TimeSpan? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds) : null;
}
