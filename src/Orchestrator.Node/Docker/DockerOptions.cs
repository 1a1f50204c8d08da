namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Settings of the Docker client: every wait has a name, so that a hung engine never holds a pod for ever.
/// </summary>
public sealed record DockerOptions
{
    /// <summary>Longest wait for an answer to an ordinary call.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a container to be created or started, or removed with its layers.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest silence of the engine while it pulls or loads an image.</summary>
    public TimeSpan PullIdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest wait for the exit code of a command whose output has ended.</summary>
    public TimeSpan ExitCodeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest wait for a command to begin that is to be killed, and for the end of a process that was killed past the
    /// engine.
    /// </summary>
    public TimeSpan KillTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The network of pods that have their own.</summary>
    public string NetworkName { get; init; } = "bridge";

    /// <summary>
    /// Engines on other machines may be spoken to without TLS. Whoever reaches such an engine owns its machine: only
    /// for networks that are closed by other means.
    /// </summary>
    public bool AllowsPlainTcp { get; init; }

    /// <summary>For engines that are reached by ssh.</summary>
    public SshOptions Ssh { get; init; } = new();

    /// <summary>Size at which a container's log file is rotated.</summary>
    public long LogMaxBytes { get; init; } = 10L << 20;

    /// <summary>Log files kept per container.</summary>
    public int LogMaxFiles { get; init; } = 5;
}
