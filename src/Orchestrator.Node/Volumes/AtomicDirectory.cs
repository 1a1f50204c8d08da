using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Nodes.Volumes;

/// <summary>
/// A directory whose files change all at once: they live in a folder named after their content, <c>..data</c> points at
/// it and every visible name points through <c>..data</c>. A reader sees all of the old or all of the new.
/// </summary>
public static class AtomicDirectory
{
    private const string Current = "..data";
    private const int FolderMode = 0b111_101_101;

    // Whoever is in the group reads, and so does the owner.
    private const int GroupReads = 0b100_100_000;
    private const int EverybodyReads = 0b100_100_100;

    /// <summary>Brings the directory to hold exactly these files; does nothing when it does already.</summary>
    public static void Write(string directory, IReadOnlyList<VolumeFile> files, long? group)
    {
        MakeFolder(directory, group);
        var folder = $"..{Digest(files, group)}";
        var link = Path.Combine(directory, Current);
        var before = new DirectoryInfo(link).LinkTarget;
        if (before == folder) return;
        Fill(Path.Combine(directory, folder), files, group);
        Point(link, folder);
        Publish(directory, files);
        if (before is not null) Directory.Delete(Path.Combine(directory, before), recursive: true);
    }

    private static void Fill(string folder, IReadOnlyList<VolumeFile> files, long? group)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        MakeFolder(folder, group);
        foreach (var file in files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, file.Path));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new IOException($"path \"{file.Path}\" leads out of the volume");
            }
            MakeFolders(folder, Path.GetDirectoryName(path)!, group);
            Fill(path, file, group);
        }
    }

    // Nobody else reads it before it has the owner and the mode it shall have.
    private static void Fill(string path, VolumeFile file, long? group)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new FileStream(path, options)) stream.Write(file.Content);
        // Only root gives files away; else whoever it is for reads it as one of all.
        var isGiven = file.Owner is null || System.Environment.IsPrivilegedProcess;
        var owner = isGiven ? file.Owner : null;
        if (owner is not null || group is not null) Posix.ChangeOwner(path, owner, group);
        var mode = group is null ? file.Mode : file.Mode | GroupReads;
        Posix.ChangeMode(path, isGiven ? mode : mode | EverybodyReads);
    }

    private static void MakeFolders(string root, string folder, long? group)
    {
        if (folder.Length <= root.Length || Directory.Exists(folder)) return;
        MakeFolders(root, Path.GetDirectoryName(folder)!, group);
        MakeFolder(folder, group);
    }

    // Said in full, for the process may be one that makes files for itself only.
    private static void MakeFolder(string path, long? group)
    {
        if (Directory.Exists(path)) return;
        Directory.CreateDirectory(path);
        if (group is not null) Posix.ChangeOwner(path, null, group);
        Posix.ChangeMode(path, group is null ? FolderMode : FolderMode | (int)UnixFileMode.SetGroup);
    }

    private static void Publish(string directory, IReadOnlyList<VolumeFile> files)
    {
        var names = files.Select(file => file.Path.Split('/')[0]).ToHashSet();
        foreach (var name in names.Where(name => new FileInfo(Path.Combine(directory, name)).LinkTarget is null))
        {
            File.CreateSymbolicLink(Path.Combine(directory, name), $"{Current}/{name}");
        }
        var stale = new DirectoryInfo(directory).EnumerateFileSystemInfos()
            .Where(entry => !entry.Name.StartsWith("..", StringComparison.Ordinal) && !names.Contains(entry.Name));
        foreach (var entry in stale.ToList()) entry.Delete();
    }

    private static void Point(string link, string target)
    {
        var next = link + "_tmp";
        File.Delete(next);
        File.CreateSymbolicLink(next, target);
        Posix.Rename(next, link);
    }

    /// <summary>Tells two contents of a directory apart.</summary>
    internal static string Digest(IReadOnlyList<VolumeFile> files, long? group)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(file => file.Path, StringComparer.Ordinal))
        {
            var rights = $"{file.Mode}\n{group}\n{file.Owner}";
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\n{rights}\n{file.Content.Length}\n"));
            hash.AppendData(file.Content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
