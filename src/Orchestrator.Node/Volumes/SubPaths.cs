using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;

namespace Orchestrator.Nodes.Volumes;

/// <summary>Finds the file or folder of a volume that is mounted, without ever leaving the volume.</summary>
public static class SubPaths
{
    private const int LinksMax = 40;

    /// <summary>The path inside its volume that a mount asks for; empty for the whole.</summary>
    /// <exception cref="ContainerConfigException">It is made of a variable that says nothing.</exception>
    public static string Of(VolumeMount mount, IReadOnlyDictionary<string, string> variables)
    {
        if (string.IsNullOrEmpty(mount.SubPathExpr)) return mount.SubPath ?? "";
        var missing = Expansion.NamesIn(mount.SubPathExpr)
            .Where(name => string.IsNullOrEmpty(variables.GetValueOrDefault(name)))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0) throw new ContainerConfigException($"missing value for {string.Join(", ", missing)}");
        var path = Expansion.Expand(mount.SubPathExpr, variables);
        if (path.StartsWith('/'))
            throw new ContainerConfigException($"error SubPath `{path}` must not be an absolute path");
        return path.Split('/').Contains("..")
            ? throw new ContainerConfigException($"unable to provision SubPath `{path}`: must not contain '..'")
            : path;
    }

    /// <summary>
    /// The real path, with links followed by us: a link that a container has planted must not make the engine mount the
    /// machine's own files. What does not exist is made a directory.
    /// </summary>
    /// <exception cref="ContainerConfigException">The path leads out of the volume.</exception>
    public static string Resolve(string volume, string subPath)
    {
        var parts = new Stack<string>(subPath.Split('/').Reverse());
        var (path, links) = (volume, 0);
        while (parts.TryPop(out var part))
        {
            if (part is "" or ".") continue;
            path = part == ".." ? Path.GetDirectoryName(path) ?? "/" : Path.Combine(path, part);
            if (!IsInside(volume, path)) throw Leads(subPath);
            if (new FileInfo(path).LinkTarget is not { } target) continue;
            if (target.StartsWith('/') || ++links > LinksMax) throw Leads(subPath);
            path = Path.GetDirectoryName(path)!;
            foreach (var piece in target.Split('/').Reverse()) parts.Push(piece);
        }
        if (!Path.Exists(path)) Directory.CreateDirectory(path);
        return path;
    }

    private static bool IsInside(string volume, string path) =>
        path == volume || path.StartsWith(volume + "/", StringComparison.Ordinal);

    private static ContainerConfigException Leads(string subPath) =>
        new($"failed to prepare subPath: \"{subPath}\" leads out of its volume");
}
