using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.Namespaces;

/// <summary>What one look at a namespace came to.</summary>
/// <param name="Actions">To be done in this order.</param>
/// <param name="Status">Phase and, while it is being deleted, what remains.</param>
/// <param name="LookAgainAfter">When to look again though nothing changes.</param>
/// <param name="Reasons">Why.</param>
public sealed record NamespacePlan(
    IReadOnlyList<NamespaceAction> Actions, NamespaceStatus Status, TimeSpan? LookAgainAfter,
    IReadOnlyList<ReasonRecord> Reasons);
