namespace Orchestrator.Grains.CustomResources;

/// <summary>Owns an object of a kind that a user declared.</summary>
[Alias("Orchestrator.ICustomObjectGrain")]
public interface ICustomObjectGrain : IObjectGrain;

/// <summary>Owns the definition of a kind: says whether it is served, and removes its objects before it goes.</summary>
[Alias("Orchestrator.ICustomResourceDefinitionGrain")]
public interface ICustomResourceDefinitionGrain : IObjectGrain;
