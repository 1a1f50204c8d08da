using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>What schemas are called on the wire, read from the namespaces of the records.</summary>
internal static class SchemaNames
{
    private const string Records = "Orchestrator.Api.";
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static readonly Lazy<Dictionary<string, Type>> Objects = new(() => typeof(Kind).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(ApiObject)) && ApiJson.Options.TryGetTypeInfo(type, out _))
        .ToDictionary(type => Of(type)));

    /// <summary><c>io.k8s.api.core.v1.Pod</c>.</summary>
    public static string Of(Type type)
    {
        if (type == typeof(IntOrString)) return "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
        if (type == typeof(Quantity)) return "io.k8s.apimachinery.pkg.api.resource.Quantity";
        if (type == typeof(DateTimeOffset)) return OfMeta("Time");
        var rooms = type.Namespace!.StartsWith(Records, StringComparison.Ordinal)
            ? type.Namespace[Records.Length..].ToLowerInvariant().Split('.')
            : throw new ArgumentException($"{type} is no record of the API, so it has no schema", nameof(type));
        return rooms is [var room, var version]
            ? $"{Package(room == "nodes" ? "node" : room)}.{version}.{type.Name}"
            : OfMeta(type.Name);
    }

    /// <summary>The name of a type that may have no record.</summary>
    public static string Of(string group, string version, string kind) =>
        $"{Package(group.Length == 0 ? "core" : group.Split('.')[0])}.{version}.{kind}";

    /// <summary>A type that all groups share: <c>Status</c>, <c>ListMeta</c>.</summary>
    public static string OfMeta(string name) => Meta + name;

    /// <summary>The record behind a schema of an object, or null when it is read without one.</summary>
    public static Type? RecordOf(string name) => Objects.Value.GetValueOrDefault(name);

    /// <summary><c>core.v1.Pod</c>: by which section of the texts a record can be told from its namesakes.</summary>
    public static string Section(Type type) => string.Join('.', Of(type).Split('.')[^3..]);

    /// <summary>The group as part of an operation's name: <c>Core</c>, <c>Apps</c>, <c>RbacAuthorization</c>.</summary>
    public static string GroupTitle(string group)
    {
        if (group.Length == 0) return "Core";
        var own = group.EndsWith(".k8s.io", StringComparison.Ordinal) ? group[..^".k8s.io".Length] : group;
        return string.Concat(own.Split('.').Select(Capitalised));
    }

    /// <summary>The first letter made large.</summary>
    public static string Capitalised(string word) => string.Concat(char.ToUpperInvariant(word[0]), word[1..]);

    /// <summary>The value of <c>x-kubernetes-group-version-kind</c>.</summary>
    public static JsonObject GroupVersionKind(string group, string version, string kind) =>
        new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    // The two groups that Kubernetes keeps in repositories of their own, and one whose records have another name here.
    private static string Package(string group) => group switch
    {
        "nodes" => "io.k8s.api.node",
        "apiextensions" => "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
        "apiregistration" => "io.k8s.kube-aggregator.pkg.apis.apiregistration",
        _ => $"io.k8s.api.{group}",
    };
}
