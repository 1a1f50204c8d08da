using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;

namespace Orchestrator.ApiServer.Routing;

/// <summary>Reads typed values of a query string. What cannot be read is refused, never guessed.</summary>
internal static class QueryValues
{
    private const int FieldManagerMax = 128;

    // The longest that Go can say: about 292 years.
    private const double SecondsMax = long.MaxValue / 1e9;
    private static readonly SearchValues<char> NumberParts = SearchValues.Create("0123456789.");

    /// <summary>A text, "" when absent.</summary>
    public static string Text(this IQueryCollection query, string name) =>
        query[name] is [var first, ..] ? first ?? "" : "";

    /// <summary>A flag in any of the spellings that clients of several languages use; a bare name means yes.</summary>
    public static bool? Flag(this IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values)) return null;
        return values.ToString() switch
        {
            "" or "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
            var other => throw ApiException.BadRequest(
                $"strconv.ParseBool: parsing \"{other}\": invalid syntax: {name} must be true or false"),
        };
    }

    /// <summary>A whole number, or null when absent.</summary>
    public static long? Number(this IQueryCollection query, string name)
    {
        var text = query.Text(name);
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiException.BadRequest(
                $"strconv.ParseInt: parsing \"{text}\": invalid syntax: {name} must be a whole number");
    }

    /// <summary>A Go duration such as <c>2s</c> or <c>1m30s</c>, or null when absent or zero.</summary>
    public static TimeSpan? Duration(this IQueryCollection query, string name)
    {
        var text = query.Text(name);
        if (text.Length == 0) return null;
        return TryDuration(text, out var duration)
            ? duration > TimeSpan.Zero ? duration : null
            : throw ApiException.BadRequest($"time: invalid duration \"{text}\": {name} must look like 30s or 1m30s");
    }

    /// <summary>The dryRun flag of a write.</summary>
    public static bool DryRun(this IQueryCollection query, string optionsKind)
    {
        foreach (var value in query["dryRun"])
        {
            if (value is not ("All" or "" or null))
            {
                throw Refusals.InvalidOptions(optionsKind, FieldError.NotSupported("dryRun", value, "All"));
            }
        }
        return query["dryRun"].Contains("All");
    }

    /// <summary>Who writes: the parameter, or the program named by the User-Agent.</summary>
    public static string FieldManager(this HttpRequest request, string optionsKind)
    {
        var manager = request.Query.Text("fieldManager");
        if (manager.Length > FieldManagerMax)
        {
            throw Refusals.InvalidOptions(optionsKind, FieldError.TooLong("fieldManager", FieldManagerMax));
        }
        if (manager.Any(c => char.IsControl(c)))
        {
            throw Refusals.InvalidOptions(
                optionsKind, FieldError.Invalid("fieldManager", manager, "should only contain printable characters"));
        }
        if (manager.Length > 0) return manager;
        var agent = request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/');
        if (slash >= 0) agent = agent[..slash];
        if (agent.Length == 0) return "unknown";
        return agent.Length > FieldManagerMax ? agent[..FieldManagerMax] : agent;
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberParts);
            if (digits <= 0
                || !double.TryParse(rest[..digits], NumberStyles.Float, CultureInfo.InvariantCulture, out var n))
            {
                return false;
            }
            rest = rest[digits..];
            var next = rest.IndexOfAny(NumberParts);
            var unit = next < 0 ? rest : rest[..next];
            var seconds = unit switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 0.001,
                "us" or "µs" => 1e-6,
                "ns" => 1e-9,
                _ => -1,
            };
            if (seconds < 0 || duration.TotalSeconds + (n * seconds) > SecondsMax) return false;
            duration += TimeSpan.FromSeconds(n * seconds);
            rest = rest[unit.Length..];
        }
        return true;
    }
}
