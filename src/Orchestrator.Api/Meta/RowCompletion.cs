namespace Orchestrator.Api.Meta;

/// <summary>
/// Says in a table that the object has ended: <c>Succeeded</c>, "The pod has completed successfully."
/// </summary>
public sealed record RowCompletion(string Reason, string Message);
