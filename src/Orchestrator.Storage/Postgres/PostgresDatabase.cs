using Microsoft.Extensions.Logging;
using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>What concerns the database as a whole: its tables, its clock, and who stands in the way in it.</summary>
public static class PostgresDatabase
{
    private const int VersionMin = 13;

    /// <summary>Makes the tables of the store, or brings older ones up to date.</summary>
    /// <returns>The schema that was found, 0 when there was none, and the one that is there now.</returns>
    /// <exception cref="StoreOpenException">It cannot be; the message says why and what to do.</exception>
    public static async Task<(int Found, int Now)> MigrateAsync(
        PostgresAddress address, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await ConnectAsync(address, new(), cancellation);
            return (await PrepareAsync(connection, address, cancellation), PostgresSchema.Version);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw PostgresTrouble.ToOpen(address, error);
        }
    }

    /// <summary>A connection to a database whose tables are those of this version.</summary>
    internal static async Task<NpgsqlConnection> OpenAsync(
        PostgresAddress address, ObjectStoreOptions options, CancellationToken cancellation)
    {
        var connection = await ConnectAsync(address, options, cancellation);
        try
        {
            await PrepareAsync(connection, address, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal static async Task CheckClockAsync(
        NpgsqlConnection connection, PostgresAddress address, ObjectStoreOptions options, TimeProvider time,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        var before = time.GetUtcNow();
        var there = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!);
        var here = before + ((time.GetUtcNow() - before) / 2);
        var ahead = here - there;
        if (ahead.Duration() <= options.ClockSkewMax) return;
        throw new StoreOpenException(
            $"cannot open the store {address}: the clock of this machine is {ahead.Duration().TotalSeconds:0} s "
            + $"{(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the database's ({here:u} here, {there:u} there); set "
            + "both by NTP and start again");
    }

    /// <summary>
    /// Ends writers that hold the turn while the server waits for them to say more. The server ends idle ones itself,
    /// but not one that stopped halfway through a message.
    /// </summary>
    internal static async Task EndStuckWritersAsync(PostgresAddress address, ObjectStoreOptions options, ILogger logger)
    {
        try
        {
            await using var connection = await ConnectAsync(address, options, CancellationToken.None)
                .ConfigureAwait(false);
            await using var command = new NpgsqlCommand(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'orc writer' AND pid <> pg_backend_pid()
                    AND wait_event = 'ClientRead' AND xact_start < clock_timestamp() - $1
                """, connection)
            { Parameters = { new() { Value = options.TurnTimeout } } };
            var ended = (long)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
            logger.LogWarning("{Ended} writers that had stopped in their turn were ended", ended);
        }
        catch (Exception error)
        {
            // Whoever waits for the turn hears that it is held, and tries again.
            logger.LogWarning(error, "Writers that stopped in their turn could not be ended");
        }
    }

    private static async Task<int> PrepareAsync(
        NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation)
    {
        if (connection.PostgreSqlVersion.Major < VersionMin)
        {
            throw new StoreOpenException(
                $"cannot open the store {address}: the server is PostgreSQL {connection.PostgreSqlVersion}; use "
                + $"{VersionMin} or newer");
        }
        await using (var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection))
        {
            if (await command.ExecuteScalarAsync(cancellation) is true)
            {
                throw new StoreOpenException(
                    $"cannot open the store {address}: {address.Server} is a read-only standby; name the primary "
                    + "server");
            }
        }
        return await PostgresSchema.MigrateAsync(connection, address, PostgresSchema.Version, cancellation);
    }

    private static async Task<NpgsqlConnection> ConnectAsync(
        PostgresAddress address, ObjectStoreOptions options, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(address.ConnectionString("orc", options.DatabaseTimeout));
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
