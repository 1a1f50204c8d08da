using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Volumes;

/// <summary>Checks, and where asked creates, what a hostPath volume points at.</summary>
internal static class HostPaths
{
    public static void Check(string volume, HostPathVolumeSource source)
    {
        var path = source.Path;
        switch (source.Type ?? "")
        {
            case "":
                break;
            case "DirectoryOrCreate":
                if (File.Exists(path))
                    throw new VolumeException(volume, $"hostPath type check failed: {path} is not a directory");
                Directory.CreateDirectory(path);
                break;
            case "FileOrCreate":
                if (Directory.Exists(path))
                    throw new VolumeException(volume, $"hostPath type check failed: {path} is not a file");
                if (!File.Exists(path)) File.WriteAllBytes(path, []);
                break;
            case "Directory":
                Demand(volume, Directory.Exists(path), path, "directory");
                break;
            case "File":
                Demand(volume, IsPlainFile(path), path, "file");
                break;
            case "Socket":
                Demand(volume, IsSpecial(path), path, "socket file");
                break;
            case "CharDevice":
                Demand(volume, File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.Device), path,
                    "character device");
                break;
            case "BlockDevice":
                Demand(volume, IsSpecial(path), path, "block device");
                break;
            default:
                throw new VolumeException(volume, $"{source.Type} is an invalid volume type");
        }
    }

    // Whatever else it is, a socket or device has neither bytes of its own nor entries.
    private static bool IsSpecial(string path) => File.Exists(path) && new FileInfo(path).Length == 0;

    private static bool IsPlainFile(string path) =>
        File.Exists(path) && !File.GetAttributes(path).HasFlag(FileAttributes.Device);

    private static void Demand(string volume, bool holds, string path, string sort)
    {
        if (!holds) throw new VolumeException(volume, $"hostPath type check failed: {path} is not a {sort}");
    }
}
