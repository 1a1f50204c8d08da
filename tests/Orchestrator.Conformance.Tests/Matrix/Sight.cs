using System.Text.RegularExpressions;

namespace Orchestrator.Conformance.Tests.Matrix;

/// <summary>How a text is looked for in what a command printed.</summary>
public enum SightKind
{
    /// <summary>One of the lines is the text.</summary>
    Line,

    /// <summary>The text, a regular expression, is somewhere; ^ and $ are the ends of a line.</summary>
    Pattern,

    /// <summary>The text, a regular expression, is nowhere.</summary>
    Absent,

    /// <summary>Nothing at all is printed.</summary>
    Silence,
}

/// <summary>Something that must, or must not, be seen in what a command printed.</summary>
/// <param name="Kind">How it is looked for.</param>
/// <param name="For">The versions of kubectl that print it.</param>
/// <param name="Text">A line or a regular expression; <c>${X}</c> stands for a variable of the run.</param>
public sealed record Sight(SightKind Kind, VersionRange For, string Text)
{
    /// <summary>What is wrong with a printed text, or null.</summary>
    public string? Missing(string printed, IReadOnlyDictionary<string, string> variables) => Kind switch
    {
        SightKind.Line => Filled(variables, value => value) is var line
            && printed.Split('\n').Any(each => each.TrimEnd() == line) ? null : $"no line \"{line}\"",
        SightKind.Pattern => Filled(variables, Regex.Escape) is var pattern
            && Regex.IsMatch(printed, pattern, RegexOptions.Multiline) ? null : $"no match of /{pattern}/",
        SightKind.Absent => Filled(variables, Regex.Escape) is var pattern
            && Regex.Match(printed, pattern, RegexOptions.Multiline) is { Success: true } match
                ? $"\"{match.Value}\", which matches /{pattern}/ and must not be there" : null,
        _ => printed.Length == 0 ? null : "something, and nothing was to be printed",
    };

    private string Filled(IReadOnlyDictionary<string, string> variables, Func<string, string> shown) =>
        variables.Aggregate(Text, (text, variable) =>
            text.Replace($"${{{variable.Key}}}", shown(variable.Value), StringComparison.Ordinal));
}
