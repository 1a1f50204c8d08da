using Orchestrator.Nodes.Volumes;

namespace Orchestrator.Nodes.Docker;

/// <summary>The files in which an engine of this machine keeps what containers write to their output.</summary>
internal static class LogFiles
{
    /// <summary>The bytes of all of them, those that were rotated too; null when they cannot be seen.</summary>
    public static long? BytesOf(string rootDirectory, string id)
    {
        var all = Path.Combine(rootDirectory, "containers");
        if (!Directory.Exists(all)) return null;
        try
        {
            return new DirectoryInfo(Path.Combine(all, id)).EnumerateFiles($"{id}-json.log*")
                .Sum(file => FolderSizes.Length(file));
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            // Removed since it was listed.
            return 0;
        }
    }
}
