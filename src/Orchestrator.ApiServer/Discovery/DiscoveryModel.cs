using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>The groups, versions and resources that are served, read from the declarations of the kinds.</summary>
internal static class DiscoveryModel
{
    /// <summary>All group-versions, core first, in the order of the registry.</summary>
    public static IReadOnlyList<GroupVersion> GroupVersions { get; } =
    [
        .. KindRegistry.Served.GroupBy(kind => (kind.Group, kind.Version))
            .Select(group => new GroupVersion(group.Key.Group, group.Key.Version, [.. group]))
            .OrderBy(version => version.Group.Length > 0),
    ];

    /// <summary>The named groups with their versions, newest first; without core.</summary>
    public static IReadOnlyList<IGrouping<string, GroupVersion>> Groups { get; } =
        [.. GroupVersions.Where(version => version.Group.Length > 0).GroupBy(version => version.Group)];

    public static GroupVersion? Find(string group, string version) =>
        GroupVersions.FirstOrDefault(item => item.Group == group && item.Version == version);
}

/// <summary>One version of one group, and what it holds.</summary>
internal sealed record GroupVersion(string Group, string Version, IReadOnlyList<Kind> Kinds)
{
    /// <summary><c>v1</c>, <c>apps/v1</c>.</summary>
    public string Name => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    public string Path => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>What a subresource is read and written as, when it says nothing else: the kind itself.</summary>
    public static (string Group, string Version, string Kind) TypeOf(Kind kind, Subresource sub) =>
        sub.Kind.Length == 0 ? (kind.Group, kind.Version, kind.Name) : (sub.Group, sub.Version, sub.Kind);
}
