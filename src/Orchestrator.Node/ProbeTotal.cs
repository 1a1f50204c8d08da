using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes;

/// <summary>How many looks at a container, of one kind, ended one way.</summary>
/// <param name="Pod">The pod it belongs to.</param>
public sealed record ProbeTotal(ObjectMeta Pod, string Container, ProbeKind Kind, ProbeOutcome Outcome, long Count);
