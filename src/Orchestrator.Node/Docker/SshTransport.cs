using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// The engine's own socket on another machine: each connection is an ssh process that runs
/// <c>docker system dial-stdio</c> over there, and its standard input and output are the stream. No process outlives
/// its stream, no stream outlives the transport.
/// </summary>
internal sealed class SshTransport(DockerEndpoint endpoint, SshOptions options) : IEngineTransport
{
    private const int AliveCountMax = 3;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<SshStream, bool> _open = new();
    private readonly SemaphoreSlim _logins = new(options.ConcurrentLoginsMax);
    private bool _isDisposed;

    // The login itself is waited for by whoever reads first, under the deadline of its call; here only for our turn.
    public TimeSpan ConnectTimeout => options.ConnectTimeout * 2;

    /// <inheritdoc/>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        await _logins.WaitAsync(cancellation);
        try
        {
            // What starts after the end would be ended by nobody whom the end waits for.
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                var stream = new SshStream(Start(), endpoint, () => _logins.Release(), Forget);
                _open[stream] = true;
                return stream;
            }
        }
        catch (ObjectDisposedException)
        {
            _logins.Release();
            throw;
        }
        catch (Win32Exception missing)
        {
            _logins.Release();
            throw new RuntimeUnavailableException(
                $"the program {options.Program}, which reaches {endpoint.Text}, cannot be started: install "
                + $"openssh-client on this machine ({missing.Message})", missing);
        }
    }

    /// <inheritdoc/>
    public string? Explain(Exception broken) => null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate) _isDisposed = true;
        foreach (var stream in _open.Keys) await stream.DisposeAsync();
    }

    /// <summary>What ssh is called with, as Docker's own client does and with nothing left to ask a person.</summary>
    internal IReadOnlyList<string> Arguments()
    {
        var words = new List<string>();
        if (options.ConfigFile is { } config) words.AddRange(["-F", config]);
        words.AddRange(
        [
            "-T",
            "-o", "BatchMode=yes",
            "-o", $"ConnectTimeout={Seconds(options.ConnectTimeout)}",
            "-o", $"ServerAliveInterval={Seconds(options.AliveInterval)}",
            "-o", string.Create(CultureInfo.InvariantCulture, $"ServerAliveCountMax={AliveCountMax}"),
            // A master made here would outlive us; one that the user keeps is joined.
            "-o", "ControlMaster=no",
            "-o", "ForwardAgent=no",
            "-o", "ForwardX11=no",
            "-o", "ClearAllForwardings=yes",
            "-o", "EscapeChar=none",
        ]);
        if (options.KnownHostsFile is { } known) words.AddRange(["-o", $"UserKnownHostsFile=\"{known}\""]);
        if (options.IdentityFile is { } identity) words.AddRange(["-i", identity, "-o", "IdentitiesOnly=yes"]);
        if (endpoint.Port > 0) words.AddRange(["-p", endpoint.Port.ToString(CultureInfo.InvariantCulture)]);
        if (endpoint.User is { } user) words.AddRange(["-l", user]);
        words.AddRange(["--", endpoint.Host, "docker", "system", "dial-stdio"]);
        return words;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(options.Program, Arguments())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start)
            ?? throw new InvalidOperationException($"{options.Program} was started but gives no process");
    }

    private void Forget(SshStream stream) => _open.TryRemove(stream, out _);

    private static string Seconds(TimeSpan span) =>
        Math.Max(1, Math.Ceiling(span.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
