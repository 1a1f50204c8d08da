using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Reconcilers.CustomResources;

/// <summary>What is to be done about a definition.</summary>
/// <param name="Status">What is to be seen of it.</param>
/// <param name="DeletesObjects">Its objects have to go.</param>
/// <param name="IsFinished">Nothing of it is left: the finalizer comes off.</param>
/// <param name="Reasons">Why.</param>
public sealed record DefinitionPlan(
    CustomResourceDefinitionStatus Status, bool DeletesObjects, bool IsFinished, IReadOnlyList<ReasonRecord> Reasons);
