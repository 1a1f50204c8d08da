namespace Orchestrator.Nodes.Docker;

/// <summary>
/// An image's name taken apart as the engine's pull wants it: without a tag of its own the engine would pull every
/// tag there is.
/// </summary>
public readonly record struct ImageReference(string Name, string Tag)
{
    private const string PunctuationAllowed = "._-/:@";

    /// <summary>The reference as it stands in a path of the API; refused when it could mean another path.</summary>
    /// <exception cref="RuntimeRefusedException">It is no image reference.</exception>
    public static string Checked(string reference) =>
        Fault(reference) is { } fault ? throw new RuntimeRefusedException(400, fault) : reference;

    /// <summary>Why it is no image reference, or null when it is one.</summary>
    public static string? Fault(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var parts = reference.Split('/');
        var isSound = reference.Length > 0 && char.IsAsciiLetterOrDigit(reference[0])
            && reference.All(
                c => char.IsAsciiLetterOrDigit(c) || PunctuationAllowed.Contains(c, StringComparison.Ordinal))
            && !parts.Any(part => part is "" or "." or "..");
        if (!isSound) return $"couldn't parse image name \"{reference}\": invalid reference format";
        return parts[^1].TakeWhile(c => c is not (':' or '@')).Any(char.IsAsciiLetterUpper)
            ? $"couldn't parse image name \"{reference}\": invalid reference format: repository name must be lowercase"
            : null;
    }

    /// <summary>
    /// <c>name</c>, <c>name:tag</c>, <c>name@digest</c> or <c>name:tag@digest</c>; a digest wins over a tag.
    /// </summary>
    public static ImageReference Parse(string reference)
    {
        var text = Checked(reference);
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var named = at < 0 ? text : text[..at];
        var colon = named.IndexOf(':', named.LastIndexOf('/') + 1);
        var name = colon < 0 ? named : named[..colon];
        return at >= 0 ? new(name, text[(at + 1)..]) : new(name, colon < 0 ? "latest" : named[(colon + 1)..]);
    }
}
