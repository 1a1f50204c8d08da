using System.IO.Enumeration;

namespace Orchestrator.Nodes.Images;

/// <summary>
/// Credentials by registry, found as the kubelet finds them: a key is a host, perhaps with stars in it, perhaps with a
/// port and the beginning of a path; the most specific comes first.
/// </summary>
public sealed class Keyring
{
    private const string DefaultKey = "index.docker.io";
    private static readonly string[] Schemes = ["https://", "http://"];
    private static readonly string[] Versions = ["/v1/", "/v2/"];

    private readonly (string Key, RegistryCredential Credential)[] _entries;

    private Keyring(IEnumerable<(string Key, RegistryCredential Credential)> entries) =>
        _entries = [.. entries.OrderByDescending(entry => entry.Key, StringComparer.Ordinal)];

    /// <summary>Opens nothing.</summary>
    public static Keyring Empty { get; } = new([]);

    /// <summary>Keys as files say them: <c>https://index.docker.io/v1/</c>, <c>*.example.com:5000/team</c>.</summary>
    public static Keyring Of(IEnumerable<(string Registry, RegistryCredential Credential)> entries) =>
        new(entries.Select(entry => (KeyOf(entry.Registry), entry.Credential)));

    /// <summary>All of several secrets, as one.</summary>
    public static Keyring Join(IEnumerable<Keyring> rings) => new(rings.SelectMany(ring => ring._entries));

    /// <summary>Those to try for a repository, in order; empty when it is to be asked without any.</summary>
    public IReadOnlyList<RegistryCredential> Find(RepositoryName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<RegistryCredential> fitting =
            [.. _entries.Where(entry => Fits(entry.Key, name)).Select(entry => entry.Credential)];
        if (fitting.Count > 0 || name.Host != RepositoryName.DefaultHost) return fitting;
        return [.. _entries.Where(entry => entry.Key == DefaultKey).Select(entry => entry.Credential)];
    }

    private static string KeyOf(string registry)
    {
        var scheme = Schemes.FirstOrDefault(scheme => registry.StartsWith(scheme, StringComparison.Ordinal)) ?? "";
        var text = registry[scheme.Length..];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return text;
        var (host, path) = (text[..slash], text[slash..]);
        if (Versions.Any(version => path.StartsWith(version, StringComparison.Ordinal))) path = path[3..];
        return path == "/" ? host : host + path;
    }

    // Part by part, so that a star stands for no dot; the port has to be the same.
    private static bool Fits(string key, RepositoryName name)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (key, "") : (key[..slash], key[(slash + 1)..]);
        var (wanted, wantedPort) = Split(host);
        var (asked, askedPort) = Split(name.Host);
        return wantedPort == askedPort && wanted.Length == asked.Length
            && name.Path.StartsWith(path, StringComparison.Ordinal)
            && wanted.Zip(asked).All(
                part => FileSystemName.MatchesSimpleExpression(part.First, part.Second, ignoreCase: false));
    }

    private static (string[] Parts, string Port) Split(string host)
    {
        var colon = host.LastIndexOf(':');
        return colon < 0 ? (host.Split('.'), "") : (host[..colon].Split('.'), host[(colon + 1)..]);
    }
}
