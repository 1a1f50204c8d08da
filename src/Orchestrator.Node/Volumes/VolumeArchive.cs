using System.Formats.Tar;

namespace Orchestrator.Nodes.Volumes;

/// <summary>Archives that fill volumes of a remote engine, with owner and permissions as they shall be there.</summary>
internal sealed class VolumeArchive : IDisposable
{
    private readonly MemoryStream _bytes = new();
    private readonly TarWriter _writer;

    public VolumeArchive() => _writer = new TarWriter(_bytes, TarEntryFormat.Pax, leaveOpen: true);

    public VolumeArchive Folder(string path, int mode, long? group = null)
    {
        Write(new PaxTarEntry(TarEntryType.Directory, path + "/"), mode, group);
        return this;
    }

    public VolumeArchive File(string path, byte[] content, int mode, long? group = null, long? owner = null)
    {
        using var data = new MemoryStream(content, writable: false);
        Write(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = data }, mode, group, owner);
        return this;
    }

    public VolumeArchive Link(string path, string target)
    {
        Write(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target }, 0b111_111_111, null);
        return this;
    }

    public byte[] ToArray()
    {
        _writer.Dispose();
        return _bytes.ToArray();
    }

    /// <summary>Paths and sorts of what an archive holds.</summary>
    public static List<(string Path, bool IsFolder)> List(byte[] archive)
    {
        using var reader = new TarReader(new MemoryStream(archive, writable: false));
        var entries = new List<(string, bool)>();
        while (reader.GetNextEntry() is { } entry)
        {
            entries.Add((entry.Name.TrimEnd('/'), entry.EntryType == TarEntryType.Directory));
        }
        return entries;
    }

    /// <summary>The beginning of the one file of an archive that may be cut off.</summary>
    public static byte[] FirstFile(byte[] archive, int bytesMax)
    {
        using var reader = new TarReader(new MemoryStream(archive, writable: false));
        if (reader.GetNextEntry()?.DataStream is not { } content) return [];
        var bytes = new byte[Math.Min(bytesMax, content.Length)];
        var count = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..count];
    }

    public void Dispose()
    {
        _writer.Dispose();
        _bytes.Dispose();
    }

    private void Write(PaxTarEntry entry, int mode, long? group, long? owner = null)
    {
        entry.Mode = (UnixFileMode)mode;
        entry.Uid = checked((int)(owner ?? 0));
        entry.Gid = checked((int)(group ?? 0));
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        _writer.WriteEntry(entry);
    }
}
