using Orchestrator.Reconcilers.Pods;

namespace Orchestrator.Nodes.Cgroups;

/// <summary>
/// Groups of pods as folders of the kernel's own file systems, beside the groups of the engine's containers: so what
/// pods weigh stays comparable with what containers weigh that are in no pod's group.
/// </summary>
/// <param name="root">Where the file systems are mounted.</param>
/// <param name="isUnified">There is one tree (cgroup v2); else each controller has its own.</param>
/// <param name="nodeLabel">Tells the groups of this node from those of others on the same engine.</param>
internal sealed class CgroupFolders(string root, bool isUnified, string nodeLabel) : IPodCgroups
{
    // Where an engine that was told nothing else puts its containers.
    private const string EngineFolder = "docker";

    // Always made first and removed last, so that what a crash leaves behind is found by it.
    private const string FirstController = "cpu";

    private readonly string _prefix = $"{nodeLabel.Replace('/', '_')}_pod";

    /// <inheritdoc />
    public IReadOnlyList<string> PodUids => Directory.Exists(EngineOf(FirstController))
        ? [.. Directory.EnumerateDirectories(EngineOf(FirstController), _prefix + "*")
            .Select(path => Path.GetFileName(path)[_prefix.Length..]).Order(StringComparer.Ordinal)]
        : [];

    /// <inheritdoc />
    public Task<PodCgroup> HoldAsync(string podUid, PodBounds bounds, CancellationToken cancellation) =>
        Task.FromResult(Hold(podUid, bounds));

    /// <inheritdoc />
    public Task ReleaseAsync(string podUid, CancellationToken cancellation)
    {
        var engine = EngineOf(FirstController);
        if (!Directory.Exists(Path.Combine(engine, _prefix + podUid))) return Task.CompletedTask;
        // A runtime makes the group under every controller, whoever made it under the first.
        var all = isUnified ? []
            : Directory.EnumerateDirectories(root).Select(tree => Path.Combine(tree, EngineFolder));
        foreach (var folder in all.Where(folder => folder != engine).Append(engine))
        {
            if (!TryRemove(Path.Combine(folder, _prefix + podUid))) break;
        }
        return Task.CompletedTask;
    }

    private PodCgroup Hold(string podUid, PodBounds bounds)
    {
        if (!Directory.Exists(EngineOf(FirstController)))
        {
            return PodCgroup.None($"no group of the engine is seen in {EngineOf(FirstController)}: run this process in "
                + "the cgroup namespace of the machine, and the engine without a cgroup parent of its own");
        }
        var refused = new List<CgroupRefusal>();
        var isBounded = false;
        foreach (var setting in CgroupSetting.Of(bounds, isUnified))
        {
            var why = TryWrite(podUid, setting);
            if (why is null)
            {
                isBounded |= !setting.IsVital;
                continue;
            }
            refused.Add(new(setting.Meaning, why));
            if (setting.IsVital) break;
        }
        return new(isBounded ? $"/{EngineFolder}/{_prefix}{podUid}" : null, refused);
    }

    private string? TryWrite(string podUid, CgroupSetting setting)
    {
        var folder = Path.Combine(EngineOf(setting.Controller), _prefix + podUid);
        try
        {
            if (isUnified) Enable(setting.Controller);
            // Only the kernel makes the trees of controllers: elsewhere it would be a folder that bounds nothing.
            else if (!Directory.Exists(Path.Combine(root, setting.Controller)))
                return $"this machine has no controller {setting.Controller}";
            Directory.CreateDirectory(folder);
            Write(Path.Combine(folder, setting.File), setting.Value);
            return null;
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return refusal.Message;
        }
    }

    // A controller holds in a group when all groups above pass it on.
    private void Enable(string controller)
    {
        foreach (var folder in (string[])[root, Path.Combine(root, EngineFolder)])
        {
            var passedOn = Path.Combine(folder, "cgroup.subtree_control");
            if (!File.ReadAllText(passedOn).Split([' ', '\n']).Contains(controller)) Write(passedOn, $"+{controller}");
        }
    }

    // Such files are neither made nor cut: each write is one message to the kernel.
    private static void Write(string path, string value)
    {
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder);
            return true;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            // A container in it is still ending.
            return false;
        }
    }

    private string EngineOf(string controller) =>
        Path.Combine(isUnified ? root : Path.Combine(root, controller), EngineFolder);
}
