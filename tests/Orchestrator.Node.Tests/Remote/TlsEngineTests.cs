using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>Pods on an engine that listens with mutual TLS.</summary>
[Collection(nameof(TlsEngineTests))]
public sealed class TlsEngineTests(TlsEngine engine) : RemotePodTests
{
    protected override string? Absence => engine.Absence;

    protected override DockerRuntime NewRuntime(string nodeLabel) => new(
        engine.Endpoint, nodeLabel, new DockerOptions(), TimeProvider.System, NullLogger<DockerRuntime>.Instance,
        engine.Credentials);
}

[CollectionDefinition(nameof(TlsEngineTests))]
public sealed class TlsEngines : ICollectionFixture<TlsEngine>;
