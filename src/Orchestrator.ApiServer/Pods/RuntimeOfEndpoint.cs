using Orchestrator.Nodes;

namespace Orchestrator.ApiServer;

/// <summary>Finds the container engine of a node by its name and endpoint, <c>unix:///var/run/docker.sock</c>.</summary>
public delegate IContainerRuntime RuntimeOfEndpoint(string nodeName, string endpoint);
