namespace Orchestrator.Api.Meta;

/// <summary>
/// One column of a printed table. <paramref name="Cell"/> gets the object and the time to reckon ages from, and returns
/// a string, an integer or a bool. Columns with <paramref name="IsWide"/> show only with <c>-o wide</c>.
/// </summary>
/// <param name="Name">The heading, as the reference prints it: <c>Up-to-date</c>.</param>
/// <param name="Type">The OpenAPI type of the cells: <c>string</c>, <c>integer</c>.</param>
/// <param name="Cell">Makes the cell.</param>
/// <param name="IsWide">Left out of the narrow table.</param>
public sealed record Column<T>(string Name, string Type, Func<T, DateTimeOffset, object> Cell, bool IsWide = false);

/// <summary>A column without its object type, as the API server prints it.</summary>
public sealed record Column(string Name, string Type, Func<ApiObject, DateTimeOffset, object> Cell, bool IsWide)
{
    /// <summary>The OpenAPI format of the cells.</summary>
    public string Format { get; init; } = "";

    /// <summary>What the column shows.</summary>
    public string Description { get; init; } = "";
}
