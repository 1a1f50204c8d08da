using Microsoft.AspNetCore.Http;

namespace Orchestrator.ApiServer.Content;

/// <summary>
/// Sentences in the head of an answer. They may quote what was sent, so they are made harmless, and short: clients
/// refuse an answer whose head is too long, and the object in it would be lost to them.
/// </summary>
internal static class WarningHeader
{
    // Those of the reference.
    private const int LengthMax = 4096;
    private const int ShortLengthMax = 256;

    /// <summary>Adds a sentence; when there are many, a short form of it, and then none.</summary>
    public static void Add(IHeaderDictionary headers, string warning)
    {
        var used = headers["Warning"].Sum(static said => said?.Length ?? 0);
        var room = LengthMax - used;
        if (room < ShortLengthMax) return;
        if (warning.Length > room) warning = $"{warning[..(ShortLengthMax - 3)]}...";
        headers.Append("Warning", $"299 - \"{Quoted(warning)}\"");
    }

    // Header values are ASCII; Kestrel refuses anything else after the object has been written.
    private static string Quoted(string warning)
    {
        var text = warning.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ");
        return string.Concat(text.Select(static c => c is >= ' ' and <= '~' ? c : '?'));
    }
}
