using System.Text.RegularExpressions;

namespace Orchestrator.Api.Selectors;

/// <summary>What label keys and values may look like, with the reference's sentences.</summary>
public static partial class LabelSyntax
{
    private const string NameRule =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string ValueRule =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
        + "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string PrefixRule =
        "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + @"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    /// <summary>What is wrong with a label key (a qualified name), or null.</summary>
    public static string? CheckKey(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            return "a qualified name " + NameRule["name part ".Length..]
                + " with an optional DNS subdomain prefix and '/' "
                + "(e.g. 'example.com/MyName')";
        }
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) return "prefix part must be non-empty";
            if (parts[0].Length > 253) return "prefix part must be no more than 253 characters";
            if (!Subdomain().IsMatch(parts[0])) return PrefixRule;
        }
        var name = parts[^1];
        if (name.Length == 0) return "name part must be non-empty";
        if (name.Length > 63) return "name part must be no more than 63 characters";
        return Name().IsMatch(name) ? null : NameRule;
    }

    /// <summary>What is wrong with a label value, or null.</summary>
    public static string? CheckValue(string value)
    {
        if (value.Length > 63) return "must be no more than 63 characters";
        return value.Length == 0 || Name().IsMatch(value) ? null : ValueRule;
    }

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();
}
