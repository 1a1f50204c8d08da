namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// Gives a volume that outlives its pods to the group of the pod that mounts it: the group of every file, and the bits
/// that let the group at it. Volumes made for one pod only are born that way and need it not.
/// </summary>
public static class GroupOwnership
{
    private const int YieldEvery = 64;
    private const int FileBits = 0b110_110_000;
    private const int FileBitsReadOnly = 0b100_100_000;
    private const int FolderBits = 0b001_001_000;

    /// <summary>Changes what is not so yet, letting other work in between.</summary>
    /// <param name="root">The folder of the volume.</param>
    /// <param name="group">fsGroup of the pod.</param>
    /// <param name="policy"><c>OnRootMismatch</c> leaves the tree alone when its root is right; else it is walked
    /// always.</param>
    /// <param name="isReadOnly">The group may only read.</param>
    /// <param name="cancellation">Gives up; the next call goes on.</param>
    public static async Task ApplyAsync(
        string root, long group, string? policy, bool isReadOnly, CancellationToken cancellation)
    {
        if (policy == "OnRootMismatch" && IsRight(root, group, isReadOnly)) return;
        var (folders, done) = (new Stack<string>([root]), 0);
        var found = new List<string>();
        while (folders.TryPop(out var folder))
        {
            found.Add(folder);
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry.LinkTarget is not null) Posix.ChangeGroup(entry.FullName, group);
                else if (entry is DirectoryInfo) folders.Push(entry.FullName);
                else Give(entry.FullName, group, isReadOnly ? FileBitsReadOnly : FileBits);
                if (++done % YieldEvery != 0) continue;
                cancellation.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
        // The root last: were this cut short, OnRootMismatch would take the rest for done.
        for (var last = found.Count - 1; last >= 0; last--) Give(found[last], group, BitsOfFolder(isReadOnly));
    }

    private static bool IsRight(string root, long group, bool isReadOnly) =>
        Posix.Look(root) is { } seen && seen.Group == group
            && (seen.Mode & BitsOfFolder(isReadOnly)) == BitsOfFolder(isReadOnly);

    private static int BitsOfFolder(bool isReadOnly) =>
        (isReadOnly ? FileBitsReadOnly : FileBits) | FolderBits | (int)UnixFileMode.SetGroup;

    // The owner first: a change of owner takes the set-group bit away.
    private static void Give(string path, long group, int bits)
    {
        if (Posix.Look(path) is not { } seen) return;
        if (seen.Group != group) Posix.ChangeGroup(path, group);
        if (seen.Group != group || (seen.Mode & bits) != bits) Posix.ChangeMode(path, seen.Mode | bits);
    }
}
