using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>Where an engine listens: <c>unix:///var/run/docker.sock</c> or <c>tcp://host:port</c>.</summary>
public sealed class DockerEndpoint
{
    private const int DefaultPort = 2375;
    private readonly UnixDomainSocketEndPoint? _socket;
    private readonly DnsEndPoint? _host;

    private DockerEndpoint(string text, UnixDomainSocketEndPoint? socket, DnsEndPoint? host)
    {
        Text = text;
        _socket = socket;
        _host = host;
    }

    /// <summary>As it was configured.</summary>
    public string Text { get; }

    /// <summary>What HTTP puts before a path.</summary>
    public Uri BaseAddress => _host is null
        ? new Uri("http://docker/")
        : new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{_host.Host}:{_host.Port}/"));

    /// <summary>Says what to do when nothing answers.</summary>
    public string Absence => _socket is not null
        ? $"no Docker engine answers at {Text}: start it (systemctl start docker) or pass --docker"
        : $"no Docker engine answers at {Text}: check the address and that the engine listens there, or pass --docker";

    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static DockerEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith("unix://", StringComparison.Ordinal) && text.Length > "unix://".Length)
        {
            try
            {
                return new DockerEndpoint(text, new UnixDomainSocketEndPoint(text["unix://".Length..]), null);
            }
            catch (ArgumentOutOfRangeException tooLong)
            {
                throw new FormatException(
                    $"the path of the Docker endpoint \"{text}\" is too long for a socket: use a shorter one", tooLong);
            }
        }
        if (text.StartsWith("tcp://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.Host.Length > 0)
        {
            return new DockerEndpoint(text, null, new DnsEndPoint(uri.Host, uri.Port > 0 ? uri.Port : DefaultPort));
        }
        throw new FormatException(
            $"\"{text}\" is not a Docker endpoint: write unix:///path/to/docker.sock or tcp://host:port");
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="RuntimeUnavailableException">Nothing answers, with a sentence that says what to do.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = _socket is not null
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_socket ?? (EndPoint)_host!, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException denied) when (denied.SocketErrorCode == SocketError.AccessDenied)
        {
            socket.Dispose();
            throw new RuntimeUnavailableException(
                $"this user may not open the Docker endpoint {Text}: add it to the group docker or pass --docker",
                denied);
        }
        catch (SocketException nobody)
        {
            socket.Dispose();
            throw new RuntimeUnavailableException(Absence, nobody);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
