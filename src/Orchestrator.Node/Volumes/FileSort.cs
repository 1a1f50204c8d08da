namespace Orchestrator.Nodes.Volumes;

/// <summary>What a path leads to, by the numbers of the system.</summary>
internal enum FileSort
{
    /// <summary>A pipe with a name.</summary>
    Pipe = 0x1000,

    /// <summary>A device of characters.</summary>
    CharDevice = 0x2000,

    /// <summary>A directory.</summary>
    Directory = 0x4000,

    /// <summary>A device of blocks.</summary>
    BlockDevice = 0x6000,

    /// <summary>A plain file.</summary>
    File = 0x8000,

    /// <summary>A link.</summary>
    Link = 0xA000,

    /// <summary>A socket.</summary>
    Socket = 0xC000,
}
