using Npgsql;

namespace Orchestrator.Grains.Engine.Cluster;

/// <summary>
/// The tables in which silos find each other, and the queries Orleans asks them by. They hold nothing that outlives the
/// silos but reminders, so they have a schema of their own beside the store's.
/// </summary>
internal static class MembershipTables
{
    public const string Schema = "orleans";

    // Any number that nobody else locks by.
    private const long LockKey = 0x6F72_6C65_616E_73;

    /// <summary>Makes what is missing and renews the queries; silos that start together take turns.</summary>
    public static async Task PrepareAsync(string connectionString, CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT pg_advisory_xact_lock({LockKey})";
        await command.ExecuteNonQueryAsync(cancellation);
        command.CommandText = Script();
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static string Script()
    {
        using var stream = typeof(MembershipTables).Assembly.GetManifestResourceStream("MembershipTables.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
