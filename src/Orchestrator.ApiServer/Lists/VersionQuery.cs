using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Routing;

namespace Orchestrator.ApiServer.Lists;

/// <summary>How fresh, or exactly how old, a read is to be.</summary>
/// <param name="Text">The resourceVersion as it was sent: "", "0" or a number.</param>
/// <param name="Revision">The same as a number; 0 when none was sent.</param>
/// <param name="IsExact">This revision and no other.</param>
internal sealed record VersionQuery(string Text, long Revision, bool IsExact)
{
    /// <summary>Whatever is newest here will do.</summary>
    public bool IsAny => Text == "0";

    /// <summary>Reads and checks the query of a list.</summary>
    public static VersionQuery ReadForList(IQueryCollection query)
    {
        var text = query.Text("resourceVersion");
        var match = query.Text("resourceVersionMatch");
        var hasContinue = query.Text("continue").Length > 0;
        if (hasContinue && text is not ("" or "0"))
        {
            throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
        }
        if (match.Length > 0) CheckMatch(match, text, hasContinue);
        return new(text, Number(text), match == "Exact");
    }

    /// <summary>A resourceVersion as a number.</summary>
    /// <exception cref="ApiException">400: it is none.</exception>
    public static long Number(string text)
    {
        if (text.Length == 0) return 0;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw ApiException.BadRequest(
                $"resourceVersion: Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
    }

    private static void CheckMatch(string match, string text, bool hasContinue)
    {
        const string Field = "resourceVersionMatch";
        var wrong = (match, text) switch
        {
            _ when hasContinue =>
                FieldError.Forbidden(Field, "resourceVersionMatch is forbidden when continue is provided"),
            (_, "") =>
                FieldError.Forbidden(Field, "resourceVersionMatch is forbidden unless resourceVersion is provided"),
            (not ("Exact" or "NotOlderThan"), _) => FieldError.NotSupported(Field, match, "Exact", "NotOlderThan", ""),
            ("Exact", "0") => FieldError.Forbidden(
                Field, "resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\""),
            _ => null,
        };
        if (wrong is not null) throw Refusals.InvalidOptions("ListOptions", wrong);
    }
}
