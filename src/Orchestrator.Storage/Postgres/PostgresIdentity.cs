using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>
/// What all processes of one cluster share beside objects: its id, its tokens, its certificate authority. Whoever comes
/// first makes a value; the others read it.
/// </summary>
public sealed class PostgresIdentity
{
    /// <summary>The name under which a cluster's id is kept.</summary>
    public const string ClusterId = "cluster-id";

    private readonly PostgresAddress _address;
    private readonly ObjectStoreOptions _options;

    /// <summary>The identity kept in the database of the options.</summary>
    /// <exception cref="StoreOpenException">The connection string cannot be used.</exception>
    public PostgresIdentity(ObjectStoreOptions options)
    {
        var text = options.ConnectionString ?? throw new ArgumentException("no connection string is set");
        (_address, _options) = (PostgresAddress.Parse(text), options);
    }

    /// <summary>The value kept under a name; made, once for all processes, when there is none.</summary>
    /// <exception cref="StoreOpenException">The database cannot be used; the message says why.</exception>
    public async Task<string> KeepAsync(string name, Func<string> make, CancellationToken cancellation = default)
    {
        try
        {
            await using var connection = await PostgresDatabase.OpenAsync(_address, _options, cancellation);
            if (await FindAsync(connection, name, cancellation) is { } kept) return kept;
            await using var insert = new NpgsqlCommand(
                "INSERT INTO orc.identity(name, value) VALUES($1, $2) ON CONFLICT (name) DO NOTHING", connection)
            {
                Parameters = { new() { Value = name }, new() { Value = make() } },
            };
            await insert.ExecuteNonQueryAsync(cancellation);
            // Another process may have been quicker: then its value counts.
            return (await FindAsync(connection, name, cancellation))!;
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException
            or System.Net.Sockets.SocketException)
        {
            throw PostgresTrouble.ToOpen(_address, error);
        }
    }

    /// <summary>Makes the database that of a cluster, unless it is another's.</summary>
    /// <exception cref="StoreOpenException">It belongs to another cluster, or cannot be used.</exception>
    public async Task ClaimAsync(string clusterId, CancellationToken cancellation = default)
    {
        var owner = await KeepAsync(ClusterId, () => clusterId, cancellation);
        if (owner == clusterId) return;
        throw new StoreOpenException(
            $"cannot open the store {_address}: it belongs to cluster {owner}, and this process to {clusterId}; name "
            + "the database of this cluster, or start with an empty data directory to join the other");
    }

    private static async Task<string?> FindAsync(
        NpgsqlConnection connection, string name, CancellationToken cancellation)
    {
        await using var select = new NpgsqlCommand("SELECT value FROM orc.identity WHERE name = $1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        return await select.ExecuteScalarAsync(cancellation) as string;
    }
}
