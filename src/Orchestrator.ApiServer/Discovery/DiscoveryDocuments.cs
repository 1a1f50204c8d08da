using System.Buffers;
using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>Writes the discovery documents: one aggregated form that new clients ask for, and the older ones.</summary>
internal static class DiscoveryDocuments
{
    /// <summary><c>APIGroupDiscoveryList</c> of core, or of all named groups.</summary>
    public static byte[] Aggregated(DiscoveryModel model, string version, bool isCore) => Build(json =>
    {
        Type(json, "APIGroupDiscoveryList", $"apidiscovery.k8s.io/{version}");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
        json.WriteStartArray("items");
        if (isCore) AggregatedGroup(json, "", model.GroupVersions.Where(item => item.Group.Length == 0));
        else foreach (var group in model.Groups) AggregatedGroup(json, group.Key, group);
        json.WriteEndArray();
    });

    /// <summary><c>APIVersions</c>: the versions of core.</summary>
    public static byte[] CoreVersions(string server) => Build(json =>
    {
        json.WriteString("kind", "APIVersions");
        json.WriteStartArray("versions");
        foreach (var item in DiscoveryModel.BuiltIn.GroupVersions.Where(item => item.Group.Length == 0))
            json.WriteStringValue(item.Version);
        json.WriteEndArray();
        json.WriteStartArray("serverAddressByClientCIDRs");
        json.WriteStartObject();
        json.WriteString("clientCIDR", "0.0.0.0/0");
        json.WriteString("serverAddress", server);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    /// <summary><c>APIGroupList</c>.</summary>
    public static byte[] Groups(DiscoveryModel model) => Build(json =>
    {
        Type(json, "APIGroupList", "v1");
        json.WriteStartArray("groups");
        foreach (var group in model.Groups)
        {
            json.WriteStartObject();
            GroupBody(json, group.Key, [.. group]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary><c>APIGroup</c>, or null when the group is not served.</summary>
    public static byte[]? Group(DiscoveryModel model, string name)
    {
        var group = model.Groups.FirstOrDefault(group => group.Key == name);
        return group is null ? null : Build(json =>
        {
            Type(json, "APIGroup", "v1");
            GroupBody(json, name, [.. group]);
        });
    }

    /// <summary><c>APIResourceList</c>, or null when the version is not served.</summary>
    public static byte[]? Resources(DiscoveryModel model, string group, string version)
    {
        var found = model.Find(group, version);
        return found is null ? null : Build(json =>
        {
            Type(json, "APIResourceList", "v1");
            json.WriteString("groupVersion", found.Name);
            json.WriteStartArray("resources");
            foreach (var kind in found.Kinds)
            {
                Resource(json, kind);
                foreach (var sub in kind.Subresources) SubresourceRow(json, kind, sub);
            }
            json.WriteEndArray();
        });
    }

    private static void AggregatedGroup(Utf8JsonWriter json, string name, IEnumerable<GroupVersion> versions)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        if (name.Length > 0) json.WriteString("name", name);
        json.WriteNull("creationTimestamp");
        json.WriteEndObject();
        json.WriteStartArray("versions");
        foreach (var version in versions)
        {
            json.WriteStartObject();
            json.WriteString("version", version.Version);
            json.WriteStartArray("resources");
            foreach (var kind in version.Kinds) AggregatedResource(json, kind);
            json.WriteEndArray();
            json.WriteString("freshness", "Current");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void AggregatedResource(Utf8JsonWriter json, Kind kind)
    {
        json.WriteStartObject();
        json.WriteString("resource", kind.Plural);
        ResponseKind(json, (kind.Group, kind.Version, kind.Name));
        json.WriteString("scope", kind.IsNamespaced ? "Namespaced" : "Cluster");
        json.WriteString("singularResource", kind.Singular);
        Strings(json, "verbs", kind.Verbs);
        if (kind.ShortNames.Count > 0) Strings(json, "shortNames", kind.ShortNames);
        if (kind.Categories.Count > 0) Strings(json, "categories", kind.Categories);
        if (kind.Subresources.Count > 0)
        {
            json.WriteStartArray("subresources");
            foreach (var sub in kind.Subresources)
            {
                json.WriteStartObject();
                json.WriteString("subresource", sub.Name);
                ResponseKind(json, GroupVersion.TypeOf(kind, sub));
                Strings(json, "verbs", sub.Verbs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void ResponseKind(Utf8JsonWriter json, (string Group, string Version, string Kind) type)
    {
        json.WriteStartObject("responseKind");
        json.WriteString("group", type.Group);
        json.WriteString("version", type.Version);
        json.WriteString("kind", type.Kind);
        json.WriteEndObject();
    }

    private static void Resource(Utf8JsonWriter json, Kind kind)
    {
        json.WriteStartObject();
        json.WriteString("name", kind.Plural);
        json.WriteString("singularName", kind.Singular);
        json.WriteBoolean("namespaced", kind.IsNamespaced);
        json.WriteString("kind", kind.Name);
        Strings(json, "verbs", kind.Verbs);
        if (kind.ShortNames.Count > 0) Strings(json, "shortNames", kind.ShortNames);
        if (kind.Categories.Count > 0) Strings(json, "categories", kind.Categories);
        json.WriteEndObject();
    }

    private static void SubresourceRow(Utf8JsonWriter json, Kind kind, Subresource sub)
    {
        var type = GroupVersion.TypeOf(kind, sub);
        json.WriteStartObject();
        json.WriteString("name", $"{kind.Plural}/{sub.Name}");
        json.WriteString("singularName", "");
        json.WriteBoolean("namespaced", kind.IsNamespaced);
        if (type.Group != kind.Group || type.Version != kind.Version)
        {
            json.WriteString("group", type.Group);
            json.WriteString("version", type.Version);
        }
        json.WriteString("kind", type.Kind);
        Strings(json, "verbs", sub.Verbs);
        json.WriteEndObject();
    }

    private static void GroupBody(Utf8JsonWriter json, string name, IReadOnlyList<GroupVersion> versions)
    {
        json.WriteString("name", name);
        json.WriteStartArray("versions");
        foreach (var version in versions) VersionOf(json, version);
        json.WriteEndArray();
        json.WritePropertyName("preferredVersion");
        VersionOf(json, versions[0]);
    }

    private static void VersionOf(Utf8JsonWriter json, GroupVersion version)
    {
        json.WriteStartObject();
        json.WriteString("groupVersion", version.Name);
        json.WriteString("version", version.Version);
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Type(Utf8JsonWriter json, string kind, string apiVersion)
    {
        json.WriteString("kind", kind);
        json.WriteString("apiVersion", apiVersion);
    }

    /// <summary>One JSON object.</summary>
    public static byte[] Build(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }
}
