using Orchestrator.Api.Authorization.V1;

namespace Orchestrator.ApiServer.Access;

/// <summary>
/// Something a user may or may not do: a verb on a resource, or on a path that is no resource's.
/// </summary>
internal sealed record AccessQuestion(string Verb)
{
    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>"" at the cluster scope, and over all namespaces.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>"" for all objects.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path, when it is no resource's; else "".</summary>
    public string Path { get; init; } = "";

    /// <summary>The resource with its part: <c>pods/log</c>.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    public static AccessQuestion Of(ResourceAttributes asked) => new(asked.Verb ?? "")
    {
        Group = asked.Group ?? "",
        Resource = asked.Resource ?? "",
        Subresource = asked.Subresource ?? "",
        Namespace = asked.Namespace ?? "",
        Name = asked.Name ?? "",
    };

    public static AccessQuestion Of(NonResourceAttributes asked) =>
        new(asked.Verb ?? "") { Path = asked.Path ?? "" };

    /// <summary>The sentence that says no, in the reference's words.</summary>
    public string Refusal(string user)
    {
        if (Path.Length > 0) return $"forbidden: User \"{user}\" cannot {Verb} path \"{Path}\"";
        var scope = Namespace.Length > 0 ? $"in the namespace \"{Namespace}\"" : "at the cluster scope";
        var named = Group.Length == 0 ? Resource : $"{Resource}.{Group}";
        return $"{named}{(Name.Length > 0 ? $" \"{Name}\"" : "")} is forbidden: User \"{user}\" cannot {Verb} "
            + $"resource \"{FullResource}\" in API group \"{Group}\" {scope}";
    }
}
