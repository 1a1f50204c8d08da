using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.ApiExtensions.V1.Validation;

/// <summary>What a definition must say to be served, in the reference's words.</summary>
internal static class DefinitionValidation
{
    private const string ApprovedAnnotation = "api-approved.kubernetes.io";
    private const string Immutable = "field is immutable";

    public static IEnumerable<FieldError> Check(CustomResourceDefinition definition, CustomResourceDefinition? old)
    {
        var errors = new FieldErrors();
        var spec = definition.Spec;
        if (definition.Metadata.Name is { Length: > 0 } name && name != $"{spec.Names.Plural}.{spec.Group}")
            errors["metadata"]["name"].Invalid(name, "must be spec.names.plural+\".\"+spec.group");
        CheckGroup(errors, definition);
        errors["spec"]["scope"].CheckOneOf(spec.Scope, "Cluster", "Namespaced");
        CheckNames(errors["spec"]["names"], spec.Names);
        CheckVersions(errors["spec"]["versions"], spec.Versions);
        errors["spec"]["conversion"]["strategy"].CheckOneOf(spec.Conversion?.Strategy ?? "None", "None");
        if (spec.PreserveUnknownFields)
        {
            errors["spec"]["preserveUnknownFields"].Invalid(true,
                "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in "
                + "spec.versions[*].schema instead");
        }
        if (old is not null) CheckChange(errors, definition, old);
        return errors.Found;
    }

    private static void CheckGroup(FieldErrors errors, CustomResourceDefinition definition)
    {
        var (at, group) = (errors["spec"]["group"], definition.Spec.Group);
        if (group.Length == 0)
        {
            at.Required();
            return;
        }
        at.Invalid(group, NameRules.DnsSubdomain(group));
        if (!group.Contains('.')) at.Invalid(group, "should be a domain with at least one dot");
        // A group has one owner: what the server declares itself cannot be declared beside it.
        if (KindRegistry.Served.Any(kind => kind.Group == group))
            at.Forbidden($"the group {group} is served by this server itself; choose a group of your own");
        var isProtected = group is "k8s.io" or "kubernetes.io" || group.EndsWith(".k8s.io", StringComparison.Ordinal)
            || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
        if (!isProtected) return;
        var place = errors["metadata"]["annotations"].Key(ApprovedAnnotation);
        var approval = definition.Metadata.Annotations.GetValueOrDefault(ApprovedAnnotation, "");
        if (approval.Length == 0)
        {
            place.Required($"protected groups must have approval annotation \"{ApprovedAnnotation}\", "
                + "see https://github.com/kubernetes/enhancements/pull/1111");
        }
        else if (!approval.StartsWith("unapproved", StringComparison.Ordinal)
            && !Uri.TryCreate(approval, UriKind.Absolute, out _))
        {
            place.Invalid(approval, "must be a URL, or start with \"unapproved\", "
                + "see https://github.com/kubernetes/enhancements/pull/1111");
        }
    }

    private static void CheckNames(FieldErrors at, CustomResourceDefinitionNames names)
    {
        CheckName(at["plural"], names.Plural);
        CheckName(at["singular"], names.Singular);
        CheckKind(at["kind"], names.Kind);
        CheckKind(at["listKind"], names.ListKind);
        for (var i = 0; i < names.ShortNames.Count; i++)
            at["shortNames"][i].Invalid(names.ShortNames[i], NameRules.Dns1035Label(names.ShortNames[i]));
        for (var i = 0; i < names.Categories.Count; i++)
            at["categories"][i].Invalid(names.Categories[i], NameRules.Dns1035Label(names.Categories[i]));
        if (names.ListKind is { Length: > 0 } list && list == names.Kind)
            at["listKind"].Invalid(list, "kind and listKind may not be the same");
    }

    private static void CheckName(FieldErrors at, string? name)
    {
        if (string.IsNullOrEmpty(name)) at.Required();
        else at.Invalid(name, NameRules.Dns1035Label(name));
    }

    private static void CheckKind(FieldErrors at, string? kind)
    {
        if (string.IsNullOrEmpty(kind)) at.Required();
        else
        {
            at.Invalid(kind, NameRules.Dns1035Label(kind.ToLowerInvariant())
                .Select(sentence => $"may have mixed case, but should otherwise match: {sentence}"));
        }
    }

    private static void CheckVersions(FieldErrors at, IReadOnlyList<CustomResourceDefinitionVersion> versions)
    {
        var shown = versions.Select(version => version.Name).ToList();
        if (versions.Select(version => version.Name).Distinct().Count() < versions.Count)
            at.Invalid(shown, "must contain unique version names");
        if (versions.Count(version => version.Storage) != 1)
            at.Invalid(shown, "must have exactly one version marked as storage version");
        for (var i = 0; i < versions.Count; i++) CheckVersion(at[i], versions[i]);
    }

    private static void CheckVersion(FieldErrors at, CustomResourceDefinitionVersion version)
    {
        if (version.Name.Length == 0) at["name"].Required();
        else at["name"].Invalid(version.Name, NameRules.Dns1035Label(version.Name));
        if (!version.Deprecated && !string.IsNullOrEmpty(version.DeprecationWarning))
        {
            at["deprecationWarning"].Invalid(version.DeprecationWarning,
                "can only be set for deprecated versions");
        }
        var schema = at["schema"]["openAPIV3Schema"];
        if (version.Schema?.OpenAPIV3Schema is { } root) StructuralRules.Check(schema, root);
        else schema.Required("schemas are required");
        if (version.Subresources?.Scale is { } scale) CheckScale(at["subresources"]["scale"], scale);
        for (var i = 0; i < version.AdditionalPrinterColumns.Count; i++)
            CheckColumn(at["additionalPrinterColumns"][i], version.AdditionalPrinterColumns[i]);
        for (var i = 0; i < version.SelectableFields.Count; i++)
            CheckSelectable(at["selectableFields"][i]["jsonPath"], version.SelectableFields[i].JsonPath);
    }

    private static void CheckScale(FieldErrors at, CustomResourceSubresourceScale scale)
    {
        CheckPath(at["specReplicasPath"], scale.SpecReplicasPath, true, ".spec");
        CheckPath(at["statusReplicasPath"], scale.StatusReplicasPath, true, ".status");
        CheckPath(at["labelSelectorPath"], scale.LabelSelectorPath, false, ".status", ".spec");
    }

    // The fields that a scale reads and writes are named one below the other: no lists, no filters.
    private static void CheckPath(FieldErrors at, string? path, bool isRequired, params string[] roots)
    {
        if (string.IsNullOrEmpty(path))
        {
            if (isRequired) at.Required();
            return;
        }
        if (JsonPaths.Fields(path) is null) at.Invalid(path, "array notation is not allowed in the JSON path");
        else if (!roots.Any(root => path.StartsWith($"{root}.", StringComparison.Ordinal)))
            at.Invalid(path, $"should be a json path under {string.Join(" or ", roots)}");
    }

    private static void CheckColumn(FieldErrors at, CustomResourceColumnDefinition column)
    {
        if (column.Name.Length == 0) at["name"].Required();
        at["type"].CheckOneOf(column.Type, "integer", "number", "string", "boolean", "date");
        if (column.Format is { Length: > 0 } format)
        {
            at["format"].CheckOneOf(
                format, "int32", "int64", "float", "double", "byte", "date", "date-time", "password");
        }
        if (column.JsonPath.Length == 0) at["jsonPath"].Required();
        else if (JsonPaths.Parse(column.JsonPath) is null)
            at["jsonPath"].Invalid(column.JsonPath, "is not a valid JSON path: it must start with \".\"");
    }

    private static void CheckSelectable(FieldErrors at, string path)
    {
        if (path.Length == 0) at.Required();
        else if (JsonPaths.Fields(path) is null) at.Invalid(path, "must be a simple path without array notation");
        else if (path.StartsWith(".metadata", StringComparison.Ordinal))
            at.Invalid(path, "must not point to fields in metadata");
    }

    // Objects are found by group, plural and scope, so these stand once the definition is served.
    private static void CheckChange(
        FieldErrors errors, CustomResourceDefinition definition, CustomResourceDefinition old)
    {
        var (at, spec, before) = (errors["spec"], definition.Spec, old.Spec);
        if (old.Is("Established"))
        {
            if (spec.Group != before.Group) at["group"].Invalid(spec.Group, Immutable);
            if (spec.Scope != before.Scope) at["scope"].Invalid(spec.Scope, Immutable);
            if (spec.Names.Plural != before.Names.Plural)
                at["names"]["plural"].Invalid(spec.Names.Plural, Immutable);
            if (spec.Names.Kind != before.Names.Kind) at["names"]["kind"].Invalid(spec.Names.Kind, Immutable);
        }
        var stored = definition.Status.StoredVersions;
        for (var i = 0; i < stored.Count; i++)
        {
            if (spec.Versions.All(version => version.Name != stored[i]))
                errors["status"]["storedVersions"][i].Invalid(stored[i], "must appear in spec.versions");
        }
    }
}
