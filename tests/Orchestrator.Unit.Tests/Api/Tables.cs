using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>Rows and headings of tables as text.</summary>
internal static class Tables
{
    public static string Row(ApiObject obj) => string.Join("|",
        KindRegistry.Of(obj).TableColumns.Select(column => column.Cell(obj, Given.Now)));

    /// <summary>A star follows what is wide.</summary>
    public static string Headings(Kind kind) =>
        string.Join("|", kind.TableColumns.Select(column => column.IsWide ? column.Name + "*" : column.Name));
}
