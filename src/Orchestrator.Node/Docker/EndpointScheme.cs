namespace Orchestrator.Nodes.Docker;

/// <summary>How an engine is reached.</summary>
public enum EndpointScheme
{
    /// <summary>A socket of this machine.</summary>
    Unix,

    /// <summary>TCP: TLS with credentials, else plain.</summary>
    Tcp,

    /// <summary>The engine's own socket, through the ssh program.</summary>
    Ssh,
}
