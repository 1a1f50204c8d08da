using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>The probes of one attempt of a container; what they have come to ends with it.</summary>
internal sealed class ContainerProbes
{
    private readonly ProbeRun? _startup;
    private readonly ProbeRun? _liveness;
    private readonly ProbeRun? _readiness;

    /// <param name="startedAt">When the container started, on the clock of the prober.</param>
    /// <param name="known">What the cluster knew of this very attempt before, if anything.</param>
    /// <param name="look">How to look; null where somebody answers without.</param>
    /// <param name="tell">Called on the node's scheduler.</param>
    /// <param name="tally">Counts the looks of this and all other attempts.</param>
    public ContainerProbes(
        ProbeTarget target, TimeSpan startedAt, ContainerStatus? known, Func<Probe, ILook?> look,
        Action<ProbeNews> tell, ProbeTally tally)
    {
        (Target, Tell, IsAdopted, Tally) = (target, tell, known is not null, tally);
        _startup = Run(ProbeKind.Startup, known is { Started: true } ? Passed(isResult: true) : ProbeCount.None);
        _liveness = Run(ProbeKind.Liveness, ProbeCount.None);
        _readiness = Run(ProbeKind.Readiness, known is { Ready: true } ? Passed(isResult: false) : ProbeCount.None);

        ProbeRun? Run(ProbeKind kind, ProbeCount count) => ProbeKinds.Of(target.Container, kind) is { } probe
            ? new ProbeRun(kind, probe, this, count, startedAt) { Look = look(probe) } : null;
    }

    public ProbeTarget Target { get; }

    public Action<ProbeNews> Tell { get; }

    public ProbeTally Tally { get; }

    /// <summary>It ran before this node knew of it.</summary>
    public bool IsAdopted { get; }

    /// <summary>What is known now.</summary>
    public ContainerHealth Health => new(Result(_startup), Result(_liveness), Result(_readiness))
    {
        Failure = Result(_liveness) == ProbeOutcome.Failure ? _liveness!.Count.Failure
            : Result(_startup) == ProbeOutcome.Failure ? _startup!.Count.Failure : "",
    };

    /// <summary>Those to begin with: who has not started is asked nothing else.</summary>
    public IEnumerable<ProbeRun> AtFirst => _startup is { Count.Result: not ProbeOutcome.Success } startup
        ? [startup] : AfterStart;

    /// <summary>Those that wait for the start.</summary>
    public IEnumerable<ProbeRun> AfterStart => new[] { _liveness, _readiness }.OfType<ProbeRun>();

    /// <summary>The pod is being taken down: whether it is to be sent work still counts, and nothing else.</summary>
    public void Quiet()
    {
        _startup?.Stop();
        _liveness?.Stop();
    }

    /// <summary>The attempt is over.</summary>
    public void Stop()
    {
        Quiet();
        _readiness?.Stop();
    }

    private static ProbeOutcome Result(ProbeRun? run) => run?.Count.Result ?? ProbeOutcome.Unknown;

    private static ProbeCount Passed(bool isResult) => new()
    {
        Result = isResult ? ProbeOutcome.Success : ProbeOutcome.Unknown,
        HasPassed = true,
    };
}
