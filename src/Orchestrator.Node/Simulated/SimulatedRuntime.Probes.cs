using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Probes;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Simulated;

/// <content>
/// Probes. A simulated container answers as its behaviour or its environment says, see <see cref="SimulatedHealth"/>;
/// an exec probe of <c>false</c> or <c>exit n</c> fails whatever those say.
/// </content>
public sealed partial class SimulatedRuntime : IProbeAnswers
{
    /// <inheritdoc/>
    public IProbeAnswers ProbeAnswers => this;

    /// <inheritdoc/>
    public (ProbeAnswer Answer, TimeSpan Takes) Answer(string containerId, ProbeKind kind, Probe probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        lock (_gate)
        {
            if (_outage is { } why) return (ProbeAnswer.Unclear(why), TimeSpan.Zero);
            if (Find(containerId) is not { Phase: ContainerPhase.Running, StartedAt: { } started } container)
            {
                return (ProbeAnswer.Unclear($"Container {containerId} is not running"), TimeSpan.Zero);
            }
            var health = container.Health.FirstOrDefault(one => one.Kind is null || one.Kind == kind);
            var takes = health?.AnswerTime ?? TimeSpan.Zero;
            var isWell = container.IsWell ?? IsWell(health, _time.GetUtcNow() - started);
            if (!isWell) return (ProbeAnswer.Fail("the simulated container is not well"), takes);
            return (Fails(probe.Exec) ? ProbeAnswer.Fail("") : new ProbeAnswer(ProbeOutcome.Success), takes);
        }
    }

    private static bool IsWell(SimulatedHealth? health, TimeSpan age) =>
        health is null || (age >= health.PassesAfter && !(age >= health.FailsAfter));

    private static bool Fails(ExecAction? exec) => exec?.Command switch
    {
        null => false,
        ["sh" or "/bin/sh", "-c", "false"] or ["false"] or ["/bin/false"] => true,
        ["sh" or "/bin/sh", "-c", var line] => line.StartsWith("exit ", StringComparison.Ordinal) && line != "exit 0",
        _ => false,
    };
}
