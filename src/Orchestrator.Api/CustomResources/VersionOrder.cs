using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Api.CustomResources;

/// <summary>
/// The order of versions in discovery: general before beta before alpha, newer before older, then all other names:
/// <c>v2, v1, v2beta1, v1beta2, v1alpha1, foo</c>.
/// </summary>
public sealed partial class VersionOrder : IComparer<string>
{
    /// <summary>The one order.</summary>
    public static VersionOrder NewestFirst { get; } = new();

    /// <inheritdoc />
    public int Compare(string? x, string? y)
    {
        var (left, right) = (Rank(x ?? ""), Rank(y ?? ""));
        var order = right.CompareTo(left);
        return order != 0 ? order : string.CompareOrdinal(x, y);
    }

    private static (int Stage, long Major, long Minor) Rank(string version)
    {
        var match = Pattern().Match(version);
        if (!match.Success) return (0, 0, 0);
        var stage = match.Groups[2].Value switch { "" => 3, "beta" => 2, _ => 1 };
        return (stage, Number(match.Groups[1].Value), Number(match.Groups[3].Value));
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    [GeneratedRegex(@"^v([0-9]+)(?:(alpha|beta)([0-9]+))?\z")]
    private static partial Regex Pattern();
}
