namespace Orchestrator.ApiServer.OpenApi;

/// <summary>The types that every group shares and that are written and read without a record of the API.</summary>
internal static class CommonSchemas
{
    private static readonly CommonField[] TypeMeta = [new("apiVersion", "string"), new("kind", "string")];

    /// <summary>The fields of a type.</summary>
    public static IReadOnlyList<CommonField> Fields(string type) => type switch
    {
        "ListMeta" =>
        [
            new("continue", "string"), new("remainingItemCount", "integer", "int64"),
            new("resourceVersion", "string"), new("selfLink", "string"),
        ],
        "Status" =>
        [
            .. TypeMeta, new("code", "integer", "int32"), new("details", Holds: "StatusDetails"),
            new("message", "string"), new("metadata", Holds: "ListMeta"), new("reason", "string"),
            new("status", "string"),
        ],
        "StatusDetails" =>
        [
            new("causes", Holds: "StatusCause", IsList: true), new("group", "string"), new("kind", "string"),
            new("name", "string"), new("retryAfterSeconds", "integer", "int32"), new("uid", "string"),
        ],
        "StatusCause" => [new("field", "string"), new("message", "string"), new("reason", "string")],
        "DeleteOptions" =>
        [
            .. TypeMeta, new("dryRun", "string", IsList: true), new("gracePeriodSeconds", "integer", "int64"),
            new("orphanDependents", "boolean"), new("preconditions", Holds: "Preconditions"),
            new("propagationPolicy", "string"),
        ],
        "Preconditions" => [new("resourceVersion", "string"), new("uid", "string")],
        "Patch" => [],
        _ => throw new ArgumentException($"{type} is no common type", nameof(type)),
    };
}

/// <summary>A field of a common type: a plain value, or another common type.</summary>
internal sealed record CommonField(
    string Name, string Type = "", string Format = "", string Holds = "", bool IsList = false);
