namespace Orchestrator.Storage.Sqlite;

/// <summary>The directory of a store, held by one process at a time through a lock on a file in it.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held) => (Database, _lock) = (DatabaseIn(path), held);

    /// <summary>The database file.</summary>
    public string Database { get; }

    public static string DatabaseIn(string path) => Path.Combine(path, "store.db");

    /// <exception cref="StoreOpenException">It cannot be made or written, or another process holds it.</exception>
    public static DataDirectory Hold(string path)
    {
        var file = Path.Combine(path, "store.lock");
        try
        {
            Directory.CreateDirectory(path);
            var held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            held.SetLength(0);
            held.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
            held.Flush();
            return new(path, held);
        }
        catch (IOException error) when (IsSharing(error))
        {
            throw new StoreOpenException(
                $"cannot open the store in \"{path}\": {HolderOf(file)} has it open; stop that one first, or use "
                + "another data directory", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException(
                $"cannot open the store in \"{path}\": the directory cannot be written ({error.Message}); make it "
                + $"writable for user {Environment.UserName}, or use another data directory", error);
        }
    }

    public void Dispose() => _lock.Dispose();

    // The errors of flock on Linux and macOS (EWOULDBLOCK) and of Windows (a sharing violation).
    private static bool IsSharing(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string HolderOf(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new StreamReader(stream);
            return int.TryParse(text.ReadToEnd(), out var process) ? $"process {process}" : "another process";
        }
        catch (IOException)
        {
            // Who holds it is only a hint; that it is held is known.
            return "another process";
        }
    }
}
