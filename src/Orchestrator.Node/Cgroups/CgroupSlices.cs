using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Cgroups;

/// <summary>
/// Groups of pods as slices of systemd, for an engine that leaves the tree to it: what others write there, systemd may
/// overwrite at any time, so it is told. The slices lie in that of the engine's containers.
/// </summary>
/// <param name="root">Where the file systems of the kernel are mounted.</param>
/// <param name="isUnified">There is one tree (cgroup v2); else systemd has one of its own.</param>
/// <param name="nodeLabel">Tells the slices of this node from those of others on the same engine.</param>
/// <param name="program">The program that talks to systemd.</param>
internal sealed class CgroupSlices(string root, bool isUnified, string nodeLabel, string program) : IPodCgroups
{
    private const string Suffix = ".slice";
    private const double QuotaMicrosPerPercent = 1_000;

    // A dash in the name of a slice means a slice in a slice.
    private const string Dash = @"\x2d";

    private readonly string _prefix = $"system-{Escape($"{nodeLabel.Replace('/', '_')}_pod")}";
    private readonly Dictionary<string, string> _given = [];

    private string EngineFolder => Path.Combine(isUnified ? root : Path.Combine(root, "systemd"), "system.slice");

    /// <inheritdoc />
    public IReadOnlyList<string> PodUids => Directory.Exists(EngineFolder)
        ? [.. Directory.EnumerateDirectories(EngineFolder, "*" + Suffix).Select(path => Path.GetFileName(path))
            .Where(name => name.StartsWith(_prefix, StringComparison.Ordinal))
            .Select(name => name[_prefix.Length..^Suffix.Length].Replace(Dash, "-", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc />
    public async Task<PodCgroup> HoldAsync(string podUid, PodBounds bounds, CancellationToken cancellation)
    {
        var properties = Properties(bounds, isUnified);
        IReadOnlyList<CgroupRefusal> refused =
            bounds.HugePages.Count == 0 ? [] : [new("huge pages", "systemd has no bound for them")];
        // The weight alone holds nothing.
        if (properties.Count == 1) return new(null, refused);
        var (slice, wanted) = (NameOf(podUid), string.Join(' ', properties));
        if (_given.GetValueOrDefault(podUid) != wanted)
        {
            if (await RunAsync(["set-property", "--runtime", slice, .. properties], cancellation) is { } why)
                return PodCgroup.None(why);
            _given[podUid] = wanted;
        }
        return new(slice, refused);
    }

    /// <inheritdoc />
    public async Task ReleaseAsync(string podUid, CancellationToken cancellation)
    {
        var slice = NameOf(podUid);
        var folder = Path.Combine(EngineFolder, slice);
        if (!_given.Remove(podUid) && !Directory.Exists(folder)) return;
        // To stop a slice is to end what runs in it.
        if (Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any()) return;
        if (await RunAsync(["stop", slice], cancellation) is null) await RunAsync(["revert", slice], cancellation);
    }

    /// <summary>What systemd is to set on the slice of a pod, the weight first.</summary>
    public static IReadOnlyList<string> Properties(PodBounds bounds, bool isUnified)
    {
        List<string> properties = [isUnified
            ? $"CPUWeight={CgroupSetting.WeightOf(bounds.CpuShares)}" : Text("CPUShares", bounds.CpuShares)];
        if (bounds.PidsMax > 0) properties.Add(Text("TasksMax", bounds.PidsMax));
        if (bounds.CpuQuotaMicros > 0)
            properties.Add(Text("CPUQuota", (long)Math.Ceiling(bounds.CpuQuotaMicros / QuotaMicrosPerPercent)) + "%");
        if (bounds.MemoryBytes > 0) properties.Add(Text("MemoryMax", bounds.MemoryBytes));
        return properties;
    }

    private string NameOf(string podUid) => $"{_prefix}{Escape(podUid)}{Suffix}";

    private static string Escape(string name) => name.Replace("-", Dash, StringComparison.Ordinal);

    private static string Text(string name, long amount) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}={amount}");

    // Null when it was done, else why not.
    private async Task<string?> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        try
        {
            using var running = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
            var said = await running.StandardError.ReadToEndAsync(cancellation);
            await running.WaitForExitAsync(cancellation);
            return running.ExitCode == 0 ? null : $"systemd refuses: {said.Trim()}";
        }
        catch (Win32Exception absent)
        {
            return $"{program} cannot be run: {absent.Message}";
        }
    }
}
