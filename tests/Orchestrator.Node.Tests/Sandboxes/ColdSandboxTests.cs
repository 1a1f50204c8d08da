using Orchestrator.Nodes.Sandboxes;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Sandboxes;

/// <summary>Pods that make their own sandbox.</summary>
public sealed class ColdSandboxTests(DockerFixture docker)
    : PodSandboxTests(docker, WarmSetting.Off), IClassFixture<DockerFixture>;
