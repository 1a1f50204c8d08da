using System.Net.Sockets;
using Npgsql;

namespace Orchestrator.Storage.Postgres;

/// <summary>Says in one sentence what a database or the way to it has against us.</summary>
internal static class PostgresTrouble
{
    private const string IdleInTransaction = "25P03";

    /// <summary>Whether the connection is of no use any more, while another might be.</summary>
    public static bool IsBrokenConnection(Exception error) => error switch
    {
        // An administrator, a crash or a timeout of ours ended it; or it starts up and shuts down.
        PostgresException postgres => postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || postgres.SqlState == IdleInTransaction,
        NpgsqlException npgsql => npgsql.InnerException is not TimeoutException,
        IOException or SocketException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>The sentence for an error while the store is opened.</summary>
    public static StoreOpenException ToOpen(PostgresAddress address, Exception error) =>
        error as StoreOpenException ?? new($"cannot open the store {address}: {Why(address, error)}", error);

    /// <summary>The half sentence for an error while the store is in use.</summary>
    public static StoreUnavailableException ToUse(PostgresAddress address, Exception error) =>
        error as StoreUnavailableException ?? new($"{address}: {Why(address, error)}", error);

    private static string Why(PostgresAddress address, Exception error)
    {
        if (error is PostgresException postgres) return Why(address, postgres);
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }:
                    return $"the host \"{address.Host}\" cannot be found; check its name";
                case SocketException { SocketErrorCode: SocketError.TryAgain }:
                    return $"the host \"{address.Host}\" cannot be looked up now; check its name and the name server";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return $"nothing listens at {address.Server}; start PostgreSQL there, or name its host and port";
                case TimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut }:
                case OperationCanceledException:
                    return $"{address.Server} does not answer as PostgreSQL in time; check host, port and firewall";
                case EndOfStreamException:
                    return $"{address.Server} closes the connection at once; check that PostgreSQL listens there";
                case SocketException socket:
                    return $"{address.Server} cannot be reached ({socket.Message}); check host, port and network";
                case System.Security.Authentication.AuthenticationException tls:
                    return $"{address.Server} cannot be trusted ({tls.Message}); check sslmode and certificates";
            }
        }
        return error is NpgsqlException { InnerException: null } or InvalidOperationException or IOException
            ? $"what {address.Server} says is not PostgreSQL ({error.Message}); check host and port"
            : error.Message;
    }

    private static string Why(PostgresAddress address, PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword =>
            $"the server refuses the password of user \"{address.User}\"; correct it",
        PostgresErrorCodes.InvalidAuthorizationSpecification =>
            $"the server does not let user \"{address.User}\" in ({error.MessageText}); create the user, or allow it "
            + "in pg_hba.conf",
        PostgresErrorCodes.InvalidCatalogName =>
            $"there is no database \"{address.Database}\"; create it: CREATE DATABASE \"{address.Database}\" OWNER "
            + $"\"{address.User}\"",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"user \"{address.User}\" lacks a right ({error.MessageText}); grant it: GRANT ALL ON DATABASE "
            + $"\"{address.Database}\" TO \"{address.User}\"",
        PostgresErrorCodes.TooManyConnections =>
            "the server has no connection left; raise max_connections, or end other clients",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"{address.Server} is read-only; name the primary server",
        PostgresErrorCodes.LockNotAvailable => "another process holds the writers' turn",
        PostgresErrorCodes.CannotConnectNow => $"{address.Server} is starting up or shutting down",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn =>
            $"the tables are not as this version made them ({error.MessageText}); restore a backup",
        _ => error.MessageText,
    };
}
