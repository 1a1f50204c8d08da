using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>Answers in place of containers that have neither ports nor processes. Never waits.</summary>
public interface IProbeAnswers
{
    /// <summary>What a look at a container finds now, and how long the answer takes.</summary>
    (ProbeAnswer Answer, TimeSpan Takes) Answer(string containerId, ProbeKind kind, Probe probe);
}
