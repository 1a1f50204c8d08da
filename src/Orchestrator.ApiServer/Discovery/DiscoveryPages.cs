using System.Collections.Frozen;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>The discovery documents of one state of what is served.</summary>
internal sealed class DiscoveryPages(DiscoveryModel model)
{
    private const string Json = "application/json";

    private readonly FrozenDictionary<(string Version, bool IsCore), CachedDocument> _aggregated =
        (from version in (string[])["v2", "v2beta1"]
         from isCore in (bool[])[true, false]
         select KeyValuePair.Create((version, isCore), new CachedDocument(
             DiscoveryDocuments.Aggregated(model, version, isCore),
             $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList")))
        .ToFrozenDictionary();

    private readonly FrozenDictionary<string, CachedDocument> _resources = model.GroupVersions
        .ToFrozenDictionary(v => v.Path,
            v => new CachedDocument(DiscoveryDocuments.Resources(model, v.Group, v.Version)!, Json));

    /// <summary>The legacy list of the named groups.</summary>
    public CachedDocument Groups { get; } = new(DiscoveryDocuments.Groups(model), Json);

    /// <summary>One document for all that is served.</summary>
    public CachedDocument Aggregated(string version, bool isCore) => _aggregated[(version, isCore)];

    /// <summary>The resources of a group-version, or null.</summary>
    public CachedDocument? Resources(string path) => _resources.GetValueOrDefault(path);
}
