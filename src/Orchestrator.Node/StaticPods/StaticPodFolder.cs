using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.StaticPods;

/// <summary>
/// The manifests of a folder. A file is read when it has changed; one that turns bad leaves its pod as it was, for it
/// may be half written. Hidden files, folders, and what is neither YAML nor JSON by its name, are passed over.
/// </summary>
internal sealed class StaticPodFolder(string path, string nodeName)
{
    private const long SizeMax = 1024 * 1024;
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>One look.</summary>
    /// <exception cref="IOException">The folder cannot be read, so nothing is known about it.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public StaticPodLook Look(DateTimeOffset now)
    {
        var faults = new List<string>();
        var files = Files();
        foreach (var gone in _known.Keys.Except(files.Select(file => file.Name)).ToList()) _known.Remove(gone);
        foreach (var file in files) Read(file, now, faults);
        var pods = new Dictionary<string, Pod>(StringComparer.Ordinal);
        foreach (var (name, known) in _known.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (known.Pod is not { } pod || pods.TryAdd($"{pod.Metadata.Namespace}/{pod.Metadata.Name}", pod)) continue;
            if (!known.IsDoubleTold) faults.Add($"{name}: another file has a pod {pod.Metadata.Name} as well");
            _known[name] = known with { IsDoubleTold = true };
        }
        return new([.. pods.Values], faults);
    }

    private List<FileInfo> Files()
    {
        var folder = new DirectoryInfo(path);
        if (!folder.Exists) return [];
        return [.. folder.EnumerateFiles().Where(file => !file.Name.StartsWith('.')
            && Endings.Contains(file.Extension, StringComparer.OrdinalIgnoreCase))
            .OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    private void Read(FileInfo file, DateTimeOffset now, List<string> faults)
    {
        var before = _known.GetValueOrDefault(file.Name);
        try
        {
            // A link's own length and time say nothing of the file that it leads to.
            var real = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            var (length, written) = (real.Length, real.LastWriteTimeUtc);
            if (before is not null && before.Length == length && before.Written == written) return;
            var known = new Known(length, written, before?.Pod);
            _known[file.Name] = known;
            if (length > SizeMax) throw ApiException.BadRequest($"it has {length} bytes, and {SizeMax} are the most");
            var pod = StaticPodFile.Read(file.Name, File.ReadAllBytes(real.FullName), nodeName, now);
            // Written again as it was, it is the pod that was seen before.
            if (pod.Metadata.Uid != before?.Pod?.Metadata.Uid) _known[file.Name] = known with { Pod = pod };
        }
        catch (Exception bad) when (bad is ApiException or IOException or UnauthorizedAccessException)
        {
            faults.Add($"{file.Name}: {bad.Message}");
        }
    }

    private sealed record Known(long Length, DateTime Written, Pod? Pod, bool IsDoubleTold = false);
}

/// <summary>What a folder holds now, and what has newly been found wrong with it.</summary>
internal sealed record StaticPodLook(IReadOnlyList<Pod> Pods, IReadOnlyList<string> Faults);
