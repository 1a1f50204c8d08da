namespace Orchestrator.Nodes.Volumes;

/// <summary>Measures what a folder holds, letting other work in between.</summary>
internal static class FolderSizes
{
    private const int YieldEvery = 64;

    /// <summary>
    /// The bytes of all its files; null when this process may not look. Links are not followed, and what vanishes
    /// meanwhile counts nothing.
    /// </summary>
    public static async Task<long?> TryAsync(string root, CancellationToken cancellation)
    {
        try
        {
            return await OfAsync(root, cancellation);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task<long> OfAsync(string root, CancellationToken cancellation)
    {
        var (folders, sum, seen) = (new Stack<string>([root]), 0L, 0);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in Entries(folder))
            {
                if (entry.LinkTarget is not null) continue;
                if (entry is DirectoryInfo) folders.Push(entry.FullName);
                else sum += Length((FileInfo)entry);
                if (++seen % YieldEvery != 0) continue;
                cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
        return sum;
    }

    private static IReadOnlyList<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos()];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The bytes of one file; 0 when it is gone.</summary>
    public static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
