using System.IO.Enumeration;

namespace Orchestrator.Nodes.Images;

/// <summary>
/// Where else the images of a registry may be had. The list of the registry itself counts, else that of the first
/// pattern that fits it, such as <c>*.example.com</c> or <c>*</c>.
/// </summary>
/// <param name="Endpoints">
/// By registry: <c>host[:port][/prefix]</c>, tried in order. A scheme before it is for the eye: how a registry is
/// spoken to is the engine's to know.
/// </param>
public sealed record RegistryMirrors(IReadOnlyDictionary<string, IReadOnlyList<string>> Endpoints)
{
    private static readonly string[] Schemes = ["https://", "http://"];

    /// <summary>None.</summary>
    public static RegistryMirrors None { get; } = new(new Dictionary<string, IReadOnlyList<string>>());

    /// <summary>What is to be pulled instead of an image, in order; the image itself is not among it.</summary>
    public IReadOnlyList<string> ReferencesFor(RepositoryName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return [.. ListOf(name.Host).Select(endpoint => $"{Bare(endpoint)}/{name.Path}{name.Suffix}")];
    }

    /// <summary>Why an endpoint is none, or null when it is one.</summary>
    public static string? Fault(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var isSound = Docker.ImageReference.Fault($"{Bare(endpoint)}/a/b:1") is null
            && Bare(endpoint).Split('/')[0] is var host
            && (host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal)
                || host == "localhost");
        return isSound
            ? null
            : $"\"{endpoint}\" is no mirror: expected HOST[:PORT][/PREFIX] such as mirror.example:5000";
    }

    private IReadOnlyList<string> ListOf(string host)
    {
        if (Endpoints.TryGetValue(host, out var own)) return own;
        return Endpoints.OrderByDescending(pair => pair.Key.Length).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Where(pair => FileSystemName.MatchesSimpleExpression(pair.Key, host, ignoreCase: true))
            .Select(pair => pair.Value).FirstOrDefault() ?? [];
    }

    private static string Bare(string endpoint)
    {
        var scheme = Schemes.FirstOrDefault(scheme => endpoint.StartsWith(scheme, StringComparison.Ordinal)) ?? "";
        return endpoint[scheme.Length..].TrimEnd('/');
    }
}
