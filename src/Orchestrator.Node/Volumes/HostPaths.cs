using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Volumes;

/// <summary>Checks, and where asked creates, what a hostPath volume points at.</summary>
internal static class HostPaths
{
    private const int FolderMode = 0b111_101_101;
    private const int FileBits = 0b110_100_100;

    public static void Check(string volume, HostPathVolumeSource source)
    {
        var path = source.Path;
        switch (source.Type ?? "")
        {
            case "":
                // Who mounts it would make a directory of what is not there; our engine refuses it.
                if (Posix.Look(path) is null) MakeFolder(path);
                break;
            case "DirectoryOrCreate":
                if (Posix.Look(path) is null) MakeFolder(path);
                Demand(volume, path, FileSort.Directory, "directory");
                break;
            case "FileOrCreate":
                if (Posix.Look(path) is null) MakeFile(path);
                Demand(volume, path, FileSort.File, "file");
                break;
            case "Directory":
                Demand(volume, path, FileSort.Directory, "directory");
                break;
            case "File":
                Demand(volume, path, FileSort.File, "file");
                break;
            case "Socket":
                Demand(volume, path, FileSort.Socket, "socket file");
                break;
            case "CharDevice":
                Demand(volume, path, FileSort.CharDevice, "character device");
                break;
            case "BlockDevice":
                Demand(volume, path, FileSort.BlockDevice, "block device");
                break;
            default:
                throw new VolumeException(volume, $"{source.Type} is an invalid volume type");
        }
    }

    private static void MakeFolder(string path)
    {
        Directory.CreateDirectory(path);
        Posix.ChangeMode(path, FolderMode);
    }

    private static void MakeFile(string path)
    {
        File.WriteAllBytes(path, []);
        Posix.ChangeMode(path, FileBits);
    }

    private static void Demand(string volume, string path, FileSort sort, string words)
    {
        if (Posix.Look(path)?.Sort != sort)
            throw new VolumeException(volume, $"hostPath type check failed: {path} is not a {words}");
    }
}
