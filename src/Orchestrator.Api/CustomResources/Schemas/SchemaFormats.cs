using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Orchestrator.Api.CustomResources.Schemas;

/// <summary>The formats of texts that the reference checks; it passes over any other, and so is it here.</summary>
internal static partial class SchemaFormats
{
    /// <summary>The text has the format, or the format is not one that is checked.</summary>
    public static bool Fits(string? format, string text) => format switch
    {
        "date-time" or "datetime" => IsTime(text),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "uuid" => Uuid().IsMatch(text),
        "uuid3" => Uuid().IsMatch(text) && Hex(text)[12] == '3',
        "uuid4" => Uuid().IsMatch(text) && Hex(text)[12] == '4' && "89abAB".Contains(Hex(text)[16]),
        "uuid5" => Uuid().IsMatch(text) && Hex(text)[12] == '5' && "89abAB".Contains(Hex(text)[16]),
        "ipv4" => IsAddress(text, AddressFamily.InterNetwork),
        "ipv6" => IsAddress(text, AddressFamily.InterNetworkV6),
        "cidr" => IsNetwork(text),
        "mac" => Mac().IsMatch(text),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _) || text.StartsWith('/'),
        "email" => Email().IsMatch(text),
        "hostname" => text.Length <= 255 && Host().IsMatch(text),
        "duration" => Duration().IsMatch(text),
        "hexcolor" => HexColour().IsMatch(text),
        _ => true,
    };

    private static bool IsTime(string text) =>
        text.Length >= 20 && text[10] is 'T' or 't'
        && (text[^1] is 'Z' or 'z' || (text[^3] == ':' && text[^6] is '+' or '-'))
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family
        && (family == AddressFamily.InterNetworkV6 || text.Count(c => c == '.') == 3);

    private static bool IsNetwork(string text)
    {
        var slash = text.LastIndexOf('/');
        return slash > 0 && IPAddress.TryParse(text.AsSpan(0, slash), out var address)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bits)
            && bits <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    private static string Hex(string text) => text.Replace("-", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\z")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"^([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\z")]
    private static partial Regex Mac();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+\z")]
    private static partial Regex Email();

    [GeneratedRegex(
        @"^([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)(\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*\.?\z")]
    private static partial Regex Host();

    [GeneratedRegex(
        @"^-?(0|([0-9]+(\.[0-9]+)?\s*(ns|us|µs|ms|s|m|h|d|w|seconds?|minutes?|hours?|days?|weeks?)\s*)+)\z")]
    private static partial Regex Duration();

    [GeneratedRegex("^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\\z")]
    private static partial Regex HexColour();
}
