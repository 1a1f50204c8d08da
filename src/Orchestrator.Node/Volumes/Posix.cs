using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The calls of the system that .NET has no words for.</summary>
internal static class Posix
{
    private const uint Unchanged = uint.MaxValue;
    private const int LazyUnmount = 2;
    private const int FromHere = -100;
    private const int StatxBytes = 256;
    private const int ModeAt = 28;
    private const int GroupAt = 24;

    /// <summary>Puts a link in the place of another in one step, which no reader can fall between.</summary>
    public static void Rename(string from, string to)
    {
        if (NativeRename(from, to) != 0) throw new IOException($"cannot rename {from} to {to}: {LastError()}");
    }

    /// <summary>Gives a file or link to a group.</summary>
    public static void ChangeGroup(string path, long group) => ChangeOwner(path, null, group);

    /// <summary>Gives a file or link to a user and a group; null leaves the one it has.</summary>
    public static void ChangeOwner(string path, long? user, long? group)
    {
        if (NativeChown(path, Number(user), Number(group)) == 0) return;
        var whom = user is null ? $"group {group}" : group is null ? $"user {user}" : $"user {user} and group {group}";
        throw new IOException($"cannot give {path} to {whom}: {LastError()}");
    }

    /// <summary>Sets the permission bits.</summary>
    public static void ChangeMode(string path, int mode)
    {
        if (NativeChmod(path, (uint)mode) != 0) throw new IOException($"cannot set the mode of {path}: {LastError()}");
    }

    /// <summary>What a path leads to, links followed: its sort and permission bits, and the group it belongs to; null
    /// when there is nothing.</summary>
    public static (FileSort Sort, int Mode, long Group)? Look(string path)
    {
        var answer = new byte[StatxBytes];
        if (NativeStatx(FromHere, path, 0, 0x7ff, answer) != 0) return null;
        var mode = BitConverter.ToUInt16(answer, ModeAt);
        return ((FileSort)(mode & 0xF000), mode & 0xFFF, BitConverter.ToUInt32(answer, GroupAt));
    }

    /// <summary>Puts an empty file system in memory over a directory.</summary>
    /// <returns>Why it is refused, or null when it is there.</returns>
    public static string? MountMemory(string path, long bytesMax)
    {
        var options = bytesMax > 0 ? $"size={bytesMax}" : "";
        return NativeMount("tmpfs", path, "tmpfs", 0, options) == 0 ? null : LastError();
    }

    /// <summary>Puts an empty file system in pages of one size over a directory.</summary>
    /// <returns>Why it is refused, or null when it is there.</returns>
    public static string? MountHugePages(string path, long pageBytes) =>
        NativeMount("nodev", path, "hugetlbfs", 0, $"pagesize={pageBytes}") == 0 ? null : LastError();

    /// <summary>Takes a file system off a directory, if one is there.</summary>
    public static void Unmount(string path) => _ = NativeUnmount(path, LazyUnmount);

    private static uint Number(long? id) => id is { } number ? checked((uint)number) : Unchanged;

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    private static extern int NativeRename(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int NativeChmod([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    private static extern int NativeChown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);

    // Its answer is laid out alike on every processor, which that of stat is not.
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int NativeStatx(
        int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "mount", SetLastError = true)]
    private static extern int NativeMount(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string source, [MarshalAs(UnmanagedType.LPUTF8Str)] string target,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string sort, ulong flags,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string options);

    [DllImport("libc", EntryPoint = "umount2", SetLastError = true)]
    private static extern int NativeUnmount([MarshalAs(UnmanagedType.LPUTF8Str)] string target, int flags);
}
