using Orchestrator.Storage.Tests;

namespace Orchestrator.Conformance.Tests.Running;

/// <summary>Three processes on one PostgreSQL, each with a data folder and a port of its own.</summary>
public sealed class Silos : IAsyncLifetime, IDisposable
{
    private PostgresServer? _postgres;

    /// <summary>Whether this build can be a cluster of several processes, on this machine.</summary>
    public static bool ArePossible => IsOnMicrosoft && PostgresServer.IsInstalled;

    /// <summary>What a skipped test says.</summary>
    public const string WhyNot = "needs the Microsoft engine and PostgreSQL";

    /// <summary>The build is on genuine Orleans.</summary>
    public static bool IsOnMicrosoft { get; } = Cluster.Metadata("OrleansEngine") == "Microsoft";

    /// <summary>The server of the database.</summary>
    public PostgresServer Postgres => _postgres ?? throw new InvalidOperationException(WhyNot);

    /// <summary>The address of the database, with its password.</summary>
    public string Database { get; private set; } = "";

    /// <summary>The processes.</summary>
    public IReadOnlyList<Cluster> All { get; private set; } = [];

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        if (!ArePossible) return;
        _postgres = new PostgresServer();
        Database = _postgres.CreateDatabase();
        All = [.. Enumerable.Range(0, 3).Select(_ => new Cluster { Database = Database })];
        // All at once: of all that each of them finds missing, one makes it.
        await Task.WhenAll(All.Select(StartAsync));
    }

    /// <summary>Starts a process under its own name of a machine, without a container engine.</summary>
    public static Task StartAsync(Cluster silo) => silo.StartAsync("--machine", silo.NodeName, "--docker", "none");

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        foreach (var silo in All) await silo.DisposeAsync();
    }

    /// <inheritdoc />
    public void Dispose() => _postgres?.Dispose();
}
