namespace Orchestrator.Nodes.Docker;

/// <summary>Chooses how an engine is spoken to, and refuses what would be open to anybody.</summary>
internal static class EngineTransports
{
    /// <summary>What stands against speaking so, as one sentence; null when nothing does.</summary>
    public static string? Fault(DockerEndpoint endpoint, EngineCredentials? credentials, DockerOptions options)
    {
        if (endpoint.Scheme != EndpointScheme.Tcp)
        {
            return credentials is null ? null
                : $"{endpoint.Text} takes no TLS credentials: leave them out, or reach the engine by tcp://";
        }
        if (credentials is not null) return EngineCredentials.Fault(credentials);
        return endpoint.IsLoopback || options.AllowsPlainTcp ? null
            : $"{endpoint.Text} would give the whole machine to anybody on the network: pass a CA, a client certificate "
                + "and its key for mutual TLS, or reach the engine by ssh://";
    }

    /// <exception cref="FormatException">The endpoint may not be spoken to so.</exception>
    public static IEngineTransport For(
        DockerEndpoint endpoint, EngineCredentials? credentials, DockerOptions options, TimeProvider time)
    {
        if (Fault(endpoint, credentials, options) is { } fault) throw new FormatException(fault);
        var plain = new SocketTransport(endpoint, options, isSecured: credentials is not null);
        return endpoint.Scheme == EndpointScheme.Ssh ? new SshTransport(endpoint, options.Ssh)
            : credentials is null ? plain
            : new TlsTransport(plain, endpoint, credentials, time);
    }
}
