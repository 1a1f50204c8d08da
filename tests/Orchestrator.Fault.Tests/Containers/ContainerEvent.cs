namespace Orchestrator.Fault.Tests.Containers;

/// <summary>What an engine did to a container.</summary>
/// <param name="Engine">Which engine.</param>
/// <param name="Action"><c>create</c>, <c>start</c>, <c>die</c>, <c>destroy</c> and more.</param>
/// <param name="Id">The engine's id.</param>
/// <param name="Name"><c>k8s_&lt;container&gt;_&lt;pod&gt;_&lt;namespace&gt;_&lt;uid&gt;_&lt;attempt&gt;</c>.</param>
public sealed record ContainerEvent(string Engine, string Action, string Id, string Name);
