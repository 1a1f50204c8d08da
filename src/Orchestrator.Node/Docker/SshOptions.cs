namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Settings of the ssh program. What is null is left to its own configuration (<c>~/.ssh/config</c>, agent, known
/// hosts), which also is where anything else belongs.
/// </summary>
public sealed record SshOptions
{
    /// <summary>The program.</summary>
    public string Program { get; init; } = "ssh";

    /// <summary>A configuration file in the place of the user's and the machine's.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The private key to log in with; then no other is offered.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>The host keys that are trusted.</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>Longest wait for a login.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which ssh asks whether the other side is still there.</summary>
    public TimeSpan AliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Logins under way at a time: sshd drops what goes beyond its MaxStartups, 10 unless changed.</summary>
    public int ConcurrentLoginsMax { get; init; } = 4;
}
