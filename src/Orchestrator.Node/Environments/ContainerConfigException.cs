namespace Orchestrator.Nodes.Environments;

/// <summary>
/// The container cannot be made as its pod asks, though the engine is well: something it refers to is missing or does
/// not fit. Shown as CreateContainerConfigError and tried again, for what is missing may come.
/// </summary>
public sealed class ContainerConfigException(string why) : Exception(why);
