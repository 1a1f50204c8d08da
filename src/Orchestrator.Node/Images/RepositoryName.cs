namespace Orchestrator.Nodes.Images;

/// <summary>
/// An image's name in full: <c>busybox:1</c> is <c>library/busybox</c> of <c>docker.io</c>, with the suffix <c>:1</c>.
/// </summary>
/// <param name="Host">The registry, with its port when it has one.</param>
/// <param name="Path">The repository in it.</param>
/// <param name="Suffix">Tag or digest with the sign before it; <c>:latest</c> when the name says none.</param>
public sealed record RepositoryName(string Host, string Path, string Suffix)
{
    /// <summary>The registry of names that say none.</summary>
    public const string DefaultHost = "docker.io";

    private const string OfficialFolder = "library/";

    /// <summary>Registry and repository, as credentials are looked up by.</summary>
    public string Repository => $"{Host}/{Path}";

    /// <summary>The digest, or null when it is named by a tag.</summary>
    public string? Digest => Suffix.StartsWith('@') ? Suffix[1..] : null;

    /// <summary>Takes a sound reference apart.</summary>
    public static RepositoryName Of(string reference)
    {
        var named = Docker.ImageReference.Parse(reference);
        var suffix = named.Tag.Contains(':', StringComparison.Ordinal) ? $"@{named.Tag}" : $":{named.Tag}";
        var slash = named.Name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : named.Name[..slash];
        var isHost = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal)
            || first == "localhost";
        var host = !isHost || first == "index.docker.io" ? DefaultHost : first;
        var path = isHost ? named.Name[(slash + 1)..] : named.Name;
        var isOfficial = host == DefaultHost && !path.Contains('/', StringComparison.Ordinal);
        return new RepositoryName(host, isOfficial ? OfficialFolder + path : path, suffix);
    }
}
