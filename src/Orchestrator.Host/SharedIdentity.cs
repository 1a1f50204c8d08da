using Npgsql;
using Orchestrator.Storage;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Hosting;

/// <summary>Who the cluster of a database is: kept in it under names, made by the first process that asks.</summary>
internal sealed class SharedIdentity
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly string _connectionString;

    private SharedIdentity(PostgresAddress address) =>
        _connectionString = address.ConnectionString("orc identity", Patience);

    /// <summary>The database, with the tables of this version.</summary>
    /// <exception cref="StoreOpenException">It cannot be reached or used; the message says why.</exception>
    public static async Task<SharedIdentity> OpenAsync(PostgresAddress address, CancellationToken cancellation)
    {
        await PostgresDatabase.MigrateAsync(address, cancellation);
        return new(address);
    }

    /// <summary>What is kept under a name; of two processes that make it at once, one is taken by both.</summary>
    public async Task<string> KeepAsync(string name, Func<string> make)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand("SELECT value FROM orc.identity WHERE name = $1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        if (await read.ExecuteScalarAsync() is string kept) return kept;
        await using var write = new NpgsqlCommand(
            "INSERT INTO orc.identity(name, value) VALUES($1, $2) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = name }, new() { Value = make() } },
        };
        await write.ExecuteNonQueryAsync();
        return (string)(await read.ExecuteScalarAsync())!;
    }
}
