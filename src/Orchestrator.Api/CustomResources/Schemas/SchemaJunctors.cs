using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>The parts of a schema that are schemas for the same value: allOf, anyOf, oneOf and not.</summary>
internal static class SchemaJunctors
{
    // The reference loses the field of these errors, and says so.
    private const string NoField = "<nil>";

    public static void Check(
        JsonNode? value, StructuralSchema schema, SchemaPath at, List<FieldError> found,
        Action<JsonNode?, StructuralSchema, List<FieldError>> check)
    {
        if (schema.AnyOf.Count > 0)
        {
            var outcomes = Outcomes(schema.AnyOf);
            if (outcomes.All(errors => errors.Count > 0))
            {
                Add("must validate at least one schema (anyOf)");
                found.AddRange(Best(outcomes));
            }
        }
        if (schema.OneOf.Count > 0)
        {
            var outcomes = Outcomes(schema.OneOf);
            var valid = outcomes.Count(errors => errors.Count == 0);
            if (valid != 1)
            {
                Add("must validate one and only one schema (oneOf). "
                    + (valid == 0 ? "Found none valid" : $"Found {valid} valid alternatives"));
                if (valid == 0) found.AddRange(Best(outcomes));
            }
        }
        if (schema.AllOf.Count > 0)
        {
            var outcomes = Outcomes(schema.AllOf);
            var valid = outcomes.Count(errors => errors.Count == 0);
            foreach (var errors in outcomes) found.AddRange(errors);
            if (valid < outcomes.Count)
                Add($"must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}");
        }
        if (schema.Not is { } not && Outcomes([not])[0].Count == 0) Add("must not validate the schema (not)");

        void Add(string what) => found.Add(FieldError.Invalid(NoField, "", $"\"{at}\" {what}"));

        List<List<FieldError>> Outcomes(IReadOnlyList<StructuralSchema> parts) =>
            [.. parts.Select(part =>
            {
                var errors = new List<FieldError>();
                check(value, part, errors);
                return errors;
            })];
    }

    private static List<FieldError> Best(List<List<FieldError>> outcomes) => outcomes.MinBy(errors => errors.Count)!;
}
