namespace Orchestrator.Api.ApiExtensions.V1;

/// <summary>What a definition means by what it leaves out.</summary>
internal static class DefinitionDefaults
{
    public static CustomResourceDefinition Apply(CustomResourceDefinition definition)
    {
        var (spec, names) = (definition.Spec, definition.Spec.Names);
        return definition with
        {
            Spec = spec with
            {
                Conversion = spec.Conversion ?? new() { Strategy = "None" },
                Names = names with
                {
                    Singular = string.IsNullOrEmpty(names.Singular) ? names.Kind.ToLowerInvariant() : names.Singular,
                    ListKind = string.IsNullOrEmpty(names.ListKind) && names.Kind.Length > 0
                        ? $"{names.Kind}List" : names.ListKind,
                },
            },
        };
    }
}
