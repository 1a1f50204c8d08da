using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;

namespace Orchestrator.ApiServer.Discovery;

/// <summary>The groups, versions and resources that are served, read from the declarations of the kinds.</summary>
internal sealed class DiscoveryModel(IReadOnlyList<CustomKind> customs)
{
    private static readonly IReadOnlyList<GroupVersion> Own =
    [
        .. KindRegistry.Served.GroupBy(kind => (kind.Group, kind.Version))
            .Select(group => new GroupVersion(group.Key.Group, group.Key.Version, [.. group]))
            .OrderBy(version => version.Group.Length > 0),
    ];

    private IReadOnlyList<IGrouping<string, GroupVersion>>? _groups;

    /// <summary>What the product itself serves.</summary>
    public static DiscoveryModel BuiltIn { get; } = new([]);

    /// <summary>
    /// All group-versions, core first, in the order of the registry; then those of users, newest version first.
    /// </summary>
    public IReadOnlyList<GroupVersion> GroupVersions { get; } =
    [
        .. Own,
        .. customs.GroupBy(kind => (kind.Group, kind.Version))
            .OrderBy(group => group.Key.Group, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Version, VersionOrder.NewestFirst)
            .Select(group => new GroupVersion(group.Key.Group, group.Key.Version,
                [.. group.OrderBy(kind => kind.Plural, StringComparer.Ordinal)])),
    ];

    /// <summary>The named groups with their versions, newest first; without core.</summary>
    public IReadOnlyList<IGrouping<string, GroupVersion>> Groups =>
        _groups ??= [.. GroupVersions.Where(version => version.Group.Length > 0).GroupBy(version => version.Group)];

    public GroupVersion? Find(string group, string version) =>
        GroupVersions.FirstOrDefault(item => item.Group == group && item.Version == version);
}

/// <summary>One version of one group, and what it holds.</summary>
internal sealed record GroupVersion(string Group, string Version, IReadOnlyList<Kind> Kinds)
{
    /// <summary><c>v1</c>, <c>apps/v1</c>.</summary>
    public string Name => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    public string Path => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>Users declared what it holds.</summary>
    public bool IsCustom => Kinds.Any(kind => kind is CustomKind);

    /// <summary>What a subresource is read and written as, when it says nothing else: the kind itself.</summary>
    public static (string Group, string Version, string Kind) TypeOf(Kind kind, Subresource sub) =>
        sub.Kind.Length == 0 ? (kind.Group, kind.Version, kind.Name) : (sub.Group, sub.Version, sub.Kind);
}
