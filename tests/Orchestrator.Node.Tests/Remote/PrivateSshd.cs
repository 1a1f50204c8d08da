using System.Globalization;
using System.Net.Sockets;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Remote;

/// <summary>An sshd on a port of this machine with keys of its own, or the reason why there is none.</summary>
public sealed class PrivateSshd : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orc-sshd-");
    private readonly int _port = Child.FreePort();
    private Child? _server;

    public string Endpoint => string.Create(
        CultureInfo.InvariantCulture, $"ssh://{Environment.UserName}@127.0.0.1:{_port}");

    /// <summary>A known host and a key that is let in.</summary>
    public SshOptions Options => new()
    {
        ConfigFile = "none",
        IdentityFile = In("key"),
        KnownHostsFile = In("known_hosts"),
    };

    /// <summary>A key that sshd lets in only to run a program that is not there.</summary>
    public string CrippledKey => In("crippled");

    /// <summary>A key that sshd does not know.</summary>
    public string StrangeKey => In("strange");

    public async Task InitializeAsync()
    {
        string[] programs = ["sshd", "ssh", "ssh-keygen", "docker"];
        if (programs.FirstOrDefault(name => Child.Find(name) is null) is { } missing
            || !Environment.IsPrivilegedProcess)
        {
            Absence = "an sshd of the test needs root and the packages openssh-server, openssh-client and docker.io";
            return;
        }
        Directory.CreateDirectory("/run/sshd"); // Where sshd locks itself in; made at boot where sshd is a service.
        foreach (var name in new[] { "host", "key", "crippled", "strange" })
        {
            var (code, said) = await Child.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", In(name));
            if (code != 0) throw new InvalidOperationException(said);
        }
        Write("authorized_keys", Public("key") + "command=\"no-such-docker system dial-stdio\" " + Public("crippled"));
        Write("known_hosts", $"[127.0.0.1]:{_port} {Public("host")}");
        Write("sshd_config",
            $"""
            ListenAddress 127.0.0.1
            Port {_port}
            HostKey {In("host")}
            AuthorizedKeysFile {In("authorized_keys")}
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            MaxStartups 100
            """);
        _server = Child.Start(Child.Find("sshd")!, "-D", "-e", "-f", In("sshd_config"));
        await Eventually.AsyncTrue("sshd listens", ListensAsync, seen => seen == "listens");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Why it is not there; null when it is.</summary>
    public string? Absence { get; private set; }

    /// <summary>Skips the test where there is no sshd.</summary>
    public void Need() => Skip.If(Absence is not null, Absence);

    /// <summary>A file of known hosts with another key for this one.</summary>
    public string KnownHostsWith(string key) =>
        Write($"known_{key}", $"[127.0.0.1]:{_port} {Public(key)}");

    /// <summary>A file of known hosts with nobody in it.</summary>
    public string KnownHostsEmpty() => Write("known_nobody", "");

    private async Task<string?> ListensAsync()
    {
        if (_server!.HasExited) throw new InvalidOperationException($"sshd ended: {_server.Said}");
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", _port);
            return "listens";
        }
        catch (SocketException nobody)
        {
            return nobody.Message;
        }
    }

    private string Public(string key) => File.ReadAllText(In($"{key}.pub"));

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private string Write(string name, string text)
    {
        File.WriteAllText(In(name), text);
        return In(name);
    }
}
