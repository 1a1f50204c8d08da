using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>A real engine to run pods on.</summary>
public interface IPodEngine
{
    /// <summary>Skips the test where there is none.</summary>
    void Need();

    DockerRuntime NewRuntime(string nodeLabel);
}
