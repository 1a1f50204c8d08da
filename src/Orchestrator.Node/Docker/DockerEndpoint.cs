using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Where an engine listens: <c>unix:///var/run/docker.sock</c>, <c>tcp://host:port</c> or
/// <c>ssh://[user@]host[:port]</c>. Only read here: whether anything answers is seen at the first call.
/// </summary>
public sealed class DockerEndpoint
{
    private const string Forms = "write unix:///path/to/docker.sock, tcp://host:port or ssh://[user@]host[:port]";

    private DockerEndpoint(string text, EndpointScheme scheme)
    {
        Text = text;
        Scheme = scheme;
    }

    /// <summary>As it was configured.</summary>
    public string Text { get; }

    /// <summary>How the engine is reached.</summary>
    public EndpointScheme Scheme { get; }

    /// <summary>The socket's path; empty unless the scheme is unix.</summary>
    public string Path { get; private init; } = "";

    /// <summary>The machine's name or address; empty for a socket.</summary>
    public string Host { get; private init; } = "";

    /// <summary>The port; 0 where none was written.</summary>
    public int Port { get; private init; }

    /// <summary>Who logs in; null leaves it to ssh.</summary>
    public string? User { get; private init; }

    /// <summary>The engine may be on another machine: directories of this one are not to be seen there.</summary>
    public bool IsRemote => Scheme != EndpointScheme.Unix;

    /// <summary>The address is one of this machine, which no other machine reaches.</summary>
    public bool IsLoopback => Scheme == EndpointScheme.Unix || Host == "localhost"
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Says what to do when nothing answers.</summary>
    public string Absence => Scheme switch
    {
        EndpointScheme.Unix =>
            $"no Docker engine answers at {Text}: start it (systemctl start docker) or pass --docker",
        EndpointScheme.Tcp =>
            $"no Docker engine answers at {Text}: check the address and that the engine listens there "
            + "(dockerd --host tcp://…), or pass --docker",
        _ => $"no ssh server answers at {Text}: check the address and that sshd listens there, or pass --docker",
    };

    /// <summary>What is wrong with an endpoint, as one sentence; null when it can be used.</summary>
    public static string? Fault(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Read(text).Fault;
    }

    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static DockerEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (endpoint, fault) = Read(text);
        return endpoint ?? throw new FormatException(fault);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static (DockerEndpoint? Endpoint, string? Fault) Read(string text)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal)) return ReadUnix(text);
        if (text.StartsWith("tcp://", StringComparison.Ordinal)) return ReadHost(text, EndpointScheme.Tcp);
        if (text.StartsWith("ssh://", StringComparison.Ordinal)) return ReadHost(text, EndpointScheme.Ssh);
        return (null, $"\"{text}\" is not a Docker endpoint: {Forms}");
    }

    private static (DockerEndpoint? Endpoint, string? Fault) ReadUnix(string text)
    {
        var path = text["unix://".Length..];
        if (!path.StartsWith('/'))
        {
            return (null, $"the Docker endpoint \"{text}\" names no absolute path: write unix:///path/to/docker.sock");
        }
        try
        {
            _ = new UnixDomainSocketEndPoint(path);
            return (new DockerEndpoint(text, EndpointScheme.Unix) { Path = path }, null);
        }
        catch (ArgumentOutOfRangeException)
        {
            return (null, $"the path of the Docker endpoint \"{text}\" is too long for a socket: use a shorter one");
        }
    }

    private static (DockerEndpoint? Endpoint, string? Fault) ReadHost(string text, EndpointScheme scheme)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/');
        var at = rest.LastIndexOf('@');
        var user = at < 0 ? null : rest[..at];
        var (host, port) = Split(rest[(at + 1)..]);
        if (port is null || host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return (null, $"\"{text}\" is not a Docker endpoint: {Forms}");
        }
        if (user is not null && scheme != EndpointScheme.Ssh)
        {
            return (null, $"the Docker endpoint \"{text}\" names a user, which only ssh:// has: {Forms}");
        }
        // What begins with a dash would be an option to the ssh program.
        if (host.StartsWith('-') || (user is not null && (user.Length == 0 || user[0] == '-' || !user.All(IsOfName))))
        {
            return (null, $"the Docker endpoint \"{text}\" names a user or host that cannot be one: {Forms}");
        }
        return (new DockerEndpoint(text, scheme) { Host = host, Port = port.Value, User = user }, null);
    }

    // No port is 0, a wrong one null.
    private static (string Host, int? Port) Split(string authority)
    {
        var isBracketed = authority.StartsWith('[') && authority.Contains(']', StringComparison.Ordinal);
        var end = isBracketed ? authority.IndexOf(']', StringComparison.Ordinal) + 1
            : authority.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? colon : authority.Length;
        var host = isBracketed ? authority[1..(end - 1)] : authority[..end];
        if (end == authority.Length) return (host, 0);
        return authority[end] == ':' && ushort.TryParse(
            authority[(end + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? (host, port)
            : (host, null);
    }

    private static bool IsOfName(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '$';
}
