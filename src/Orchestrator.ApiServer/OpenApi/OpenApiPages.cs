using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Discovery;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>The OpenAPI documents of one state of what is served, each made when it is first asked for.</summary>
internal sealed class OpenApiPages(DiscoveryModel model, string gitVersion)
{
    private const string Json = "application/json";

    // What the product serves is the same for its whole life, whatever users declare meanwhile.
    private static readonly ConcurrentDictionary<(string Path, string GitVersion), Lazy<CachedDocument>> Own = [];

    private readonly FrozenDictionary<string, (string Hash, Lazy<CachedDocument> Document)> _v3 =
        model.GroupVersions.ToFrozenDictionary(version => version.Path, version =>
            (HashOf(version, gitVersion), version.IsCustom
                ? new Lazy<CachedDocument>(() => V3Of(version, gitVersion))
                : Own.GetOrAdd((version.Path, gitVersion), _ => new(() => V3Of(version, gitVersion)))));

    /// <summary>The v2 document as JSON.</summary>
    public Lazy<CachedDocument> V2 { get; } = new(
        () => new(OpenApiDocuments.V2(KindsOf(model), gitVersion), Json));

    /// <summary>The v2 document in binary.</summary>
    public Lazy<CachedDocument> V2Binary { get; } = new(
        () => new(OpenApiDocuments.V2Binary(KindsOf(model), gitVersion), OpenApiDocuments.V2BinaryType));

    /// <summary>The index of the v3 documents.</summary>
    public Lazy<CachedDocument> V3Index => new(() => new(OpenApiDocuments.V3Index(
        _v3.OrderBy(page => page.Key, StringComparer.Ordinal).Select(page => (page.Key, page.Value.Hash))), Json));

    /// <summary>One v3 document with the hash by which its link names it, or null.</summary>
    public (string Hash, Lazy<CachedDocument> Document)? V3(string path) =>
        _v3.TryGetValue(path, out var page) ? page : null;

    private static IEnumerable<Kind> KindsOf(DiscoveryModel model) =>
        [.. KindRegistry.Served, .. model.GroupVersions.SelectMany(version => version.Kinds).OfType<CustomKind>()];

    private static CachedDocument V3Of(GroupVersion version, string gitVersion) =>
        new(OpenApiDocuments.V3(version, gitVersion), Json);

    // The documents say what the program and the definitions say, so they are new when those are; no document is made
    // to know that.
    private static string HashOf(GroupVersion version, string gitVersion)
    {
        var sources = new[] { typeof(Kind), typeof(OpenApiPages) }
            .Select(type => type.Module.ModuleVersionId.ToString())
            .Append(gitVersion)
            .Concat(version.Kinds.OfType<CustomKind>().Select(kind =>
                $"{kind.Definition?.Metadata.Uid} {kind.Definition?.Metadata.ResourceVersion}"));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', sources))));
    }
}
