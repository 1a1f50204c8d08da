using System.Net;

namespace Orchestrator.Grains.Engine;

/// <summary>One silo of a cluster of several processes: what it is called and where the others find it.</summary>
/// <param name="ClusterId">The cluster, as its database knows it.</param>
/// <param name="ConnectionString">The shared PostgreSQL database, in Npgsql's key=value form.</param>
/// <param name="Machine">The machine it speaks for; nodes behind a local socket are run by a silo of their
/// machine.</param>
/// <param name="Address">The address the other silos reach it by.</param>
/// <param name="Port">The port the other silos reach it by.</param>
public sealed record SiloSettings(
    string ClusterId, string ConnectionString, string Machine, IPAddress Address, int Port)
{
    /// <summary>The exit code of a silo that must end because the others have gone on without it.</summary>
    public const int ExitCodeOfDeath = 70;
}
