using System.Text;
using System.Text.RegularExpressions;

namespace Orchestrator.Api.Meta;

/// <summary>
/// What names, keys and values may look like. Each rule returns the sentences of what is broken, none when all is well;
/// the sentences are the reference's own, for users search for them and clients match them.
/// </summary>
public static partial class NameRules
{
    private const string LabelPattern = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string SubdomainPattern = LabelPattern + @"(\." + LabelPattern + ")*";
    private const string QualifiedPattern = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private const string QualifiedSentence =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    /// <summary>At most 63 characters: namespaces, containers, volumes, host names.</summary>
    public static IEnumerable<string> DnsLabel(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (!LabelExpression().IsMatch(value))
        {
            yield return Broken(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
                + "end with an alphanumeric character", LabelPattern, "my-name", "123-abc");
        }
    }

    /// <summary>At most 63 characters and no digit first: services.</summary>
    public static IEnumerable<string> Dns1035Label(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (!Label1035Expression().IsMatch(value))
        {
            yield return Broken(
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
                + "character, and end with an alphanumeric character", "[a-z]([-a-z0-9]*[a-z0-9])?", "my-name",
                "abc-123");
        }
    }

    /// <summary>A subdomain under a wildcard: <c>*.example.com</c>.</summary>
    public static IEnumerable<string> WildcardSubdomain(string value)
    {
        if (value.Length > 253) yield return TooLong(253);
        if (!value.StartsWith("*.", StringComparison.Ordinal) || !SubdomainExpression().IsMatch(value[2..]))
        {
            yield return Broken(
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must "
                + "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                @"\*\." + SubdomainPattern, "*.example.com");
        }
    }

    /// <summary>What stands between two slashes of a path.</summary>
    public static IEnumerable<string> PathSegment(string value)
    {
        if (value is "." or "..") return [$"may not be '{value}'"];
        return new[] { "/", "%" }.Where(value.Contains).Select(part => $"may not contain '{part}'");
    }

    /// <summary>At most 253 characters, dots allowed: most objects.</summary>
    public static IEnumerable<string> DnsSubdomain(string value)
    {
        if (value.Length > 253) yield return TooLong(253);
        if (!SubdomainExpression().IsMatch(value))
        {
            yield return Broken(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
                + "start and end with an alphanumeric character", SubdomainPattern, "example.com");
        }
    }

    /// <summary>Keys of labels, annotations and taints, resource and condition names: <c>prefix/Name</c>.</summary>
    public static IEnumerable<string> QualifiedName(string value)
    {
        var parts = value.Split('/');
        if (parts.Length > 2)
        {
            yield return "a qualified name "
                + Broken(QualifiedSentence, QualifiedPattern, "MyName", "my.name", "123-abc")
                + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }
        if (parts.Length == 2)
        {
            if (parts[0].Length == 0) yield return "prefix part must be non-empty";
            else foreach (var broken in DnsSubdomain(parts[0])) yield return "prefix part " + broken;
        }
        var name = parts[^1];
        if (name.Length == 0) yield return "name part must be non-empty";
        else if (name.Length > 63) yield return "name part " + TooLong(63);
        if (!QualifiedExpression().IsMatch(name))
        {
            yield return "name part " + Broken(QualifiedSentence, QualifiedPattern, "MyName", "my.name", "123-abc");
        }
    }

    /// <summary>Values of labels and taints.</summary>
    public static IEnumerable<string> LabelValue(string value)
    {
        if (value.Length > 63) yield return TooLong(63);
        if (value.Length > 0 && !QualifiedExpression().IsMatch(value))
        {
            yield return Broken(
                "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
                + "start and end with an alphanumeric character", $"({QualifiedPattern})?", "MyValue",
                "my_value", "12345");
        }
    }

    /// <summary>Keys of ConfigMaps and Secrets, which become file names.</summary>
    public static IEnumerable<string> ConfigKey(string value)
    {
        if (value.Length > 253) yield return TooLong(253);
        if (!ConfigKeyExpression().IsMatch(value))
        {
            yield return Broken("a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name");
        }
        if (value == ".") yield return "must not be '.'";
        else if (value == "..") yield return "must not be '..'";
        else if (value.StartsWith("..", StringComparison.Ordinal)) yield return "must not start with '..'";
    }

    /// <summary>Names of environment variables: printable ASCII without <c>=</c>.</summary>
    public static IEnumerable<string> EnvVarName(string value)
    {
        if (value.Length == 0) yield return "environment variable name must be non-empty";
        if (value.Any(c => c is < ' ' or > '~' or '='))
        {
            yield return "a valid environment variable name must consist only of printable ASCII characters other than '='";
        }
    }

    /// <summary>Names of ports.</summary>
    public static IEnumerable<string> PortName(string value)
    {
        if (value.Length > 15) yield return TooLong(15).Replace("bytes", "characters");
        if (!value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }
        if (!value.Any(char.IsAsciiLetterLower)) yield return "must contain at least one letter (a-z)";
        if (value.Contains("--")) yield return "must not contain consecutive hyphens";
        if (value.StartsWith('-') || value.EndsWith('-')) yield return "must not begin or end with a hyphen";
    }

    /// <summary>Numbers of ports.</summary>
    public static IEnumerable<string> PortNumber(long value) =>
        value is >= 1 and <= 65535 ? [] : ["must be between 1 and 65535, inclusive"];

    /// <summary>Header names of HTTP requests.</summary>
    public static IEnumerable<string> HttpHeaderName(string value) =>
        HeaderExpression().IsMatch(value)
            ? []
            : [Broken("a valid HTTP header must consist of alphanumeric characters or '-'",
                "[-A-Za-z0-9]+", "X-Header-Name")];

    /// <summary>IPv4 and IPv6 addresses.</summary>
    public static IEnumerable<string> IpAddress(string? value) =>
        System.Net.IPAddress.TryParse(value, out _) && (value.Contains(':') || value.Count(c => c == '.') == 3)
            ? []
            : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];

    /// <summary>User and group numbers.</summary>
    public static IEnumerable<string> UserOrGroupId(long value) =>
        value is >= 0 and <= int.MaxValue ? [] : [$"must be between 0 and {int.MaxValue}, inclusive"];

    /// <summary>Names of kernel parameters.</summary>
    public static bool IsSysctlName(string value) => value.Length <= 253 && SysctlExpression().IsMatch(value);

    /// <summary>The sentence for a text of more than so many bytes.</summary>
    public static string TooLong(int maxBytes) => $"must be no more than {maxBytes} bytes";

    // The two spaces after the comma are the reference's.
    private static string Broken(string sentence, string pattern, params ReadOnlySpan<string> examples)
    {
        var text = new StringBuilder(sentence).Append(" (e.g. ");
        for (var i = 0; i < examples.Length; i++)
        {
            if (i > 0) text.Append(" or ");
            text.Append('\'').Append(examples[i]).Append("', ");
        }
        return text.Append("regex used for validation is '").Append(pattern).Append("')").ToString();
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelExpression();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label1035Expression();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainExpression();

    [GeneratedRegex(@"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedExpression();

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex ConfigKeyExpression();

    [GeneratedRegex(@"^[-A-Za-z0-9]+\z")]
    private static partial Regex HeaderExpression();

    [GeneratedRegex(@"^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex SysctlExpression();
}
