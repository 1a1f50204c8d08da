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

    /// <summary>Brings the directory to hold exactly these files; does nothing when it does already.</summary>
    public static void Write(string directory, IReadOnlyList<VolumeFile> files, long? group)
    {
        Directory.CreateDirectory(directory);
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
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, file.Path));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new IOException($"path \"{file.Path}\" leads out of the volume");
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
            var mode = group is null ? file.Mode : file.Mode | (int)UnixFileMode.GroupRead;
            Posix.ChangeMode(path, mode);
            if (group is { } owner) Posix.ChangeGroup(path, owner);
        }
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
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\n{file.Mode}\n{group}\n{file.Content.Length}\n"));
            hash.AppendData(file.Content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
