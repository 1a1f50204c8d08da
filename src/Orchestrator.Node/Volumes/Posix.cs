using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Orchestrator.Nodes.Volumes;

/// <summary>The calls of the system that .NET has no words for.</summary>
internal static class Posix
{
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Puts a link in the place of another in one step, which no reader can fall between.</summary>
    public static void Rename(string from, string to)
    {
        if (NativeRename(from, to) != 0) throw new IOException($"cannot rename {from} to {to}: {LastError()}");
    }

    /// <summary>Gives a file or link to a group.</summary>
    public static void ChangeGroup(string path, long group)
    {
        if (NativeChown(path, Unchanged, checked((uint)group)) != 0)
        {
            throw new IOException($"cannot give {path} to group {group}: {LastError()}");
        }
    }

    /// <summary>Sets the permission bits.</summary>
    public static void ChangeMode(string path, int mode)
    {
        if (NativeChmod(path, (uint)mode) != 0) throw new IOException($"cannot set the mode of {path}: {LastError()}");
    }

    private static string LastError() => new Win32Exception(Marshal.GetLastPInvokeError()).Message;

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    private static extern int NativeRename(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", EntryPoint = "chmod", SetLastError = true)]
    private static extern int NativeChmod([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    private static extern int NativeChown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
