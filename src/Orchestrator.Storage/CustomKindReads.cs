using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// The kinds that users declared, as the watch cache of this silo knows them: a definition that arrives, changes or
/// goes takes its kinds along, and nothing has to be told.
/// </summary>
public static class CustomKindReads
{
    /// <summary>The version of a kind that clients ask for, or null when it is not served.</summary>
    public static CustomKind? FindCustom(this IWatchCache cache, string group, string version, string plural)
    {
        if (cache.DefinitionOf(group, plural) is not { } definition) return null;
        foreach (var kind in Api.CustomResources.CustomKinds.Of(definition).Served)
        {
            if (kind.Version == version) return kind;
        }
        return null;
    }

    /// <summary>The kind that an object is stored as, or null when nothing declares it.</summary>
    public static CustomKind? StorageKindOf(this IWatchCache cache, in ObjectKey key) =>
        cache.DefinitionOf(key.Group, key.Plural) is { } definition
            ? Api.CustomResources.CustomKinds.Of(definition).Storage
            : null;

    /// <summary>The kind of a group and a CamelCase name, or null.</summary>
    public static Kind? FindCustomByName(this IWatchCache cache, string group, string name) =>
        cache.CustomKinds().FirstOrDefault(kind => kind.Group == group && kind.Name == name);

    /// <summary>Every version of every declared kind that clients find, by name.</summary>
    public static IEnumerable<CustomKind> CustomKinds(this IWatchCache cache) =>
        cache.All(CustomResourceDefinition.Kind)
            .SelectMany(definition => Api.CustomResources.CustomKinds.Of(definition).Served);

    /// <summary>The definition of a kind, or null.</summary>
    public static CustomResourceDefinition? DefinitionOf(this IWatchCache cache, string group, string plural) =>
        (CustomResourceDefinition?)cache.Find(
            Api.CustomResources.CustomKinds.DefinitionOf(group, plural))?.Object;
}
