using System.Globalization;

namespace Orchestrator.Nodes.Docker;

/// <summary>The pages larger than usual that this machine keeps, as its kernel tells.</summary>
internal static class MachinePages
{
    public const string Root = "/sys/kernel/mm/hugepages";
    private const string Prefix = "hugepages-";
    private const string Suffix = "kB";

    /// <summary>Bytes that are kept in pages of each size that the machine knows, by the bytes of a page.</summary>
    /// <param name="root">Where the kernel shows them, one folder for each size: <c>hugepages-2048kB</c>.</param>
    public static IReadOnlyDictionary<long, long> Read(string root)
    {
        var found = new SortedDictionary<long, long>();
        if (!Directory.Exists(root)) return found;
        foreach (var folder in Directory.EnumerateDirectories(root, $"{Prefix}*{Suffix}"))
        {
            var count = Path.Combine(folder, "nr_hugepages");
            if (Number(Path.GetFileName(folder)[Prefix.Length..^Suffix.Length]) is not { } kilobytes
                || !File.Exists(count) || Number(File.ReadAllText(count).Trim()) is not { } pages)
            {
                continue;
            }
            found[kilobytes << 10] = pages * (kilobytes << 10);
        }
        return found;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
