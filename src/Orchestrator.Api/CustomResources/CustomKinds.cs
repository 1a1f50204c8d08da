using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources;

/// <summary>
/// The kinds that definitions declare. There is no list to keep: the kinds are a function of the definition, worked
/// out once for each state of it, so that whoever sees the definition sees its kinds.
/// </summary>
public sealed class CustomKinds
{
    private static readonly ConditionalWeakTable<CustomResourceDefinition, CustomKinds> Known = [];
    private static readonly ConcurrentDictionary<(string Group, string Plural, bool IsNamespaced), CustomKind> Bare =
        [];

    private CustomKinds(CustomResourceDefinition definition)
    {
        if (definition.Spec.Versions.FirstOrDefault(version => version.Storage) is not { } storage) return;
        var names = Names(definition);
        var nominal = Nominal(definition.Spec.Group, definition.Spec.Names.Plural,
            definition.Spec.Scope == "Namespaced");
        Storage = new(definition, names, storage, nominal, null);
        if (!definition.Is("Established")) return;
        Served = [.. definition.Spec.Versions.Where(version => version.Served)
            .OrderBy(version => version.Name, VersionOrder.NewestFirst)
            .Select(version => new CustomKind(definition, names, version, nominal, Storage))];
    }

    /// <summary>The version that objects are stored in.</summary>
    public CustomKind? Storage { get; }

    /// <summary>The versions that clients find, newest first; none until the definition is established.</summary>
    public IReadOnlyList<CustomKind> Served { get; } = [];

    /// <summary>The kinds of a definition.</summary>
    public static CustomKinds Of(CustomResourceDefinition definition) =>
        Known.GetValue(definition, static known => new(known));

    /// <summary>Where the definition of a kind lives.</summary>
    public static ObjectKey DefinitionOf(string group, string plural) =>
        CustomResourceDefinition.Kind.KeyOf("", $"{plural}.{group}");

    /// <summary>The kind of objects of which nothing is known but where they live.</summary>
    public static CustomKind Nominal(string group, string plural, bool isNamespaced) =>
        Bare.GetOrAdd((group, plural, isNamespaced), static key => new(key.Group, key.Plural, key.IsNamespaced));

    // Names that another definition took first are not served under this one.
    private static CustomResourceDefinitionNames Names(CustomResourceDefinition definition)
    {
        var (asked, accepted) = (definition.Spec.Names, definition.Status.AcceptedNames);
        return accepted.Kind.Length == 0 || accepted.Plural != asked.Plural ? asked : accepted;
    }
}
