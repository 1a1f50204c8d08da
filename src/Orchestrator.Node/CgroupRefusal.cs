namespace Orchestrator.Nodes;

/// <summary>
/// What the machine does not bound, and why: <c>huge pages</c>, <c>there is no controller for them</c>.
/// </summary>
public sealed record CgroupRefusal(string What, string Why);
