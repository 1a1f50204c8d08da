namespace Orchestrator.Nodes.Volumes;

/// <summary>Gives a tree of files to a group, which may then read and write all of it.</summary>
internal static class GroupOwnership
{
    private const int YieldEvery = 64;
    private const UnixFileMode ReadWrite = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode OfFolder = ReadWrite | UnixFileMode.GroupExecute | UnixFileMode.SetGroup;

    /// <summary>Changes what is there; what is made later in its folders belongs to the group by itself.</summary>
    public static async Task GiveAsync(string root, long group, CancellationToken cancellation)
    {
        var (folders, done) = (new Stack<DirectoryInfo>([new(root)]), 0);
        Give(root, OfFolder, group);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                if (entry.LinkTarget is not null) Posix.ChangeGroup(entry.FullName, group);
                else if (entry is DirectoryInfo inner)
                {
                    Give(inner.FullName, OfFolder, group);
                    folders.Push(inner);
                }
                else Give(entry.FullName, ReadWrite, group);
                if (++done % YieldEvery != 0) continue;
                cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }

    // The owner first: a change of owner takes the set-group bit away.
    private static void Give(string path, UnixFileMode mode, long group)
    {
        Posix.ChangeGroup(path, group);
        Posix.ChangeMode(path, (int)(File.GetUnixFileMode(path) | mode));
    }
}
