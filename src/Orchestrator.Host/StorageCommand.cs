using System.CommandLine;
using Orchestrator.Storage;
using Orchestrator.Storage.Postgres;

namespace Orchestrator.Hosting;

/// <summary><c>orc storage</c>: makes the tables of a shared store, and moves a cluster into it or out of it.</summary>
internal static class StorageCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // What of the data folder is the cluster's, and not the machine's: the name in the database, and the file.
    private static readonly (string Name, string File)[] IdentityFiles =
        [("cluster-id", "cluster-id"), ("admin-token", "admin-token"), ("ca", Path.Combine("pki", "ca.pem"))];

    /// <summary>The command with its parts.</summary>
    public static Command Create() =>
        new("storage", "make, bring up to date and copy the store of a cluster") { Migrate(), Copy() };

    private static Command Migrate()
    {
        var to = new Option<string>("--to")
        {
            Description = "postgres://USER:PASSWORD@HOST:PORT/DATABASE",
            Required = true
        };
        var command = new Command("migrate", "make the tables in a PostgreSQL database, or bring them up to date")
        {
            to
        };
        command.SetAction((parsed, cancellation) => RunAsync(async () =>
        {
            var address = PostgresAddress.Parse(parsed.GetValue(to)!);
            var (found, now) = await PostgresDatabase.MigrateAsync(address, cancellation);
            Console.WriteLine(found == now
                ? $"{address} has schema {now}: nothing to do"
                : $"{address}: schema {found} → {now}");
        }));
        return command;
    }

    private static Command Copy()
    {
        var from = new Option<string>("--from")
        {
            Description = "data folder of a stopped cluster, or a database",
            Required = true
        };
        var to = new Option<string>("--to") { Description = "empty database, or a new data folder", Required = true };
        var command = new Command("copy", "copy a cluster between a data folder and PostgreSQL") { from, to };
        command.SetAction((parsed, cancellation) => RunAsync(() => (parsed.GetValue(from)!, parsed.GetValue(to)!) switch
        {
            var (source, target) when !IsDatabase(source) && IsDatabase(target) =>
                InAsync(source, target, cancellation),
            var (source, target) when IsDatabase(source) && !IsDatabase(target) =>
                OutAsync(source, target, cancellation),
            _ =>
                throw new StoreOpenException("one of --from and --to is a folder, and the other a postgres:// address"),
        }));
        return command;
    }

    private static bool IsDatabase(string place) =>
        place.Contains("://", StringComparison.Ordinal) || place.Contains('=', StringComparison.Ordinal);

    private static async Task InAsync(string folder, string database, CancellationToken cancellation)
    {
        var address = PostgresAddress.Parse(database);
        var revision = await StoreCopy.ToPostgresAsync(folder, address, ReadIdentity(folder), Console.WriteLine,
            cancellation);
        Console.WriteLine($"copied to {address} at revision {revision}; {folder} is as it was");
    }

    private static async Task OutAsync(string database, string folder, CancellationToken cancellation)
    {
        var address = PostgresAddress.Parse(database);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var (revision, identity) =
            await StoreCopy.ToSqliteAsync(address, Path.Combine(folder, "store.db"), Console.WriteLine, cancellation);
        WriteIdentity(folder, identity);
        Console.WriteLine($"copied to {folder} at revision {revision}; {address} is as it was");
    }

    private static Dictionary<string, string> ReadIdentity(string folder) => IdentityFiles
        .Where(kept => File.Exists(Path.Combine(folder, kept.File)))
        .ToDictionary(kept => kept.Name, kept => File.ReadAllText(Path.Combine(folder, kept.File)).Trim());

    private static void WriteIdentity(string folder, IReadOnlyDictionary<string, string> identity)
    {
        foreach (var (name, file) in IdentityFiles)
        {
            if (!identity.TryGetValue(name, out var value)) continue;
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerOnly | UnixFileMode.UserExecute);
            File.WriteAllText(path, value);
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    private static async Task<int> RunAsync(Func<Task> work)
    {
        try
        {
            await work();
            return 0;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"orc: {trouble.Message}");
            return 1;
        }
    }
}
