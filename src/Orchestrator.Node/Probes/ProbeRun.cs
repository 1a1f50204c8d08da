using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>
/// One probe of one attempt of a container. One look at a time; what it has come to may be read from anywhere.
/// </summary>
internal sealed class ProbeRun(
    ProbeKind kind, Probe probe, ContainerProbes owner, ProbeCount known, TimeSpan startedAt)
{
    private const int TellsMax = 25;
    private static readonly TimeSpan TellPeriod = TimeSpan.FromMinutes(5);

    private volatile ProbeCount _count = known;
    private volatile bool _isStopped;
    private int _tells;
    private TimeSpan _toldAt;

    public ProbeSettings Settings { get; } = ProbeSettings.Of(kind, probe);

    public Probe Probe => probe;

    public ContainerProbes Owner => owner;

    public ProbeCount Count => _count;

    /// <summary>How it looks; null where somebody answers without a look.</summary>
    public ILook? Look { get; init; }

    /// <summary>When its next look is due, and whether that look is early.</summary>
    public ProbeLook Due { get; private set; }

    /// <summary>The answer that a simulated container takes its time for.</summary>
    public ProbeAnswer? Pending { get; set; }

    public bool IsStopped => _isStopped;

    public void Stop() => _isStopped = true;

    /// <summary>When to look first, on the clock of the prober; null for never.</summary>
    public TimeSpan? First(TimeSpan now, bool isAdopted) =>
        Plan(ProbePlanner.First(Settings, _count, Age(now), isAdopted));

    /// <summary>Counts an answer.</summary>
    /// <returns>When to look again, and what is to be told.</returns>
    public (TimeSpan? Next, ProbeNews? News) Take(ProbeAnswer answer, TimeSpan now)
    {
        var before = _count;
        var isEarly = Due.IsEarly;
        owner.Tally.Add(kind, answer.Outcome);
        var after = ProbePlanner.Count(Settings, before, answer.Outcome, isEarly, answer.Text);
        _count = after;
        var next = Plan(ProbePlanner.Next(Settings, after, Age(now)));
        var isChange = after.Result != before.Result;
        var (reason, text) = Tell(answer, isEarly, now);
        return (next, isChange || reason.Length > 0
            ? new ProbeNews(owner.Target.Container.Name, reason, text, isChange) : null);
    }

    // As many as users are shown anyway: whoever fails every second for a day is not told of every time.
    private (string Reason, string Text) Tell(ProbeAnswer answer, bool isEarly, TimeSpan now)
    {
        var isWell = answer is { Outcome: ProbeOutcome.Success, IsWarning: false };
        if (isWell || (isEarly && answer.Outcome != ProbeOutcome.Success)) return ("", "");
        if (_tells >= TellsMax && now - _toldAt < TellPeriod) return ("", "");
        (_tells, _toldAt) = (_tells + 1, now);
        return answer.Outcome switch
        {
            ProbeOutcome.Success => ("ProbeWarning", $"{Settings.Kind} probe warning: {answer.Text}"),
            ProbeOutcome.Failure => ("Unhealthy", $"{Settings.Kind} probe failed: {answer.Text}"),
            _ => ("Unhealthy", $"{Settings.Kind} probe errored and resulted in unknown state: {answer.Text}"),
        };
    }

    private TimeSpan? Plan(ProbeLook? look)
    {
        if (look is not { } next || _isStopped) return null;
        Due = next;
        return startedAt + next.Age;
    }

    private TimeSpan Age(TimeSpan now) => now > startedAt ? now - startedAt : TimeSpan.Zero;
}
