namespace Orchestrator.Nodes.Volumes;

/// <summary>A change of a name inside a volume that no archive can make. Paths are under the root.</summary>
public abstract record VolumeChange(string Path)
{
    /// <summary>Puts it in the place of another, in one step.</summary>
    public sealed record Rename(string Path, string To) : VolumeChange(Path);

    /// <summary>Removes a file or link.</summary>
    public sealed record RemoveFile(string Path) : VolumeChange(Path);

    /// <summary>Removes an empty folder.</summary>
    public sealed record RemoveFolder(string Path) : VolumeChange(Path);
}
