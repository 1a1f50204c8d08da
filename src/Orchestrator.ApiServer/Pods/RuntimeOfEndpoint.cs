using Orchestrator.Nodes;

namespace Orchestrator.ApiServer;

/// <summary>Finds the container engine behind a node's endpoint, <c>unix:///var/run/docker.sock</c>.</summary>
public delegate IContainerRuntime RuntimeOfEndpoint(string endpoint);
