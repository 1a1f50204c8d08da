namespace Orchestrator.Api.Meta;

/// <summary>
/// Where an object lives: API group ("" is core), plural, namespace ("" when cluster-scoped) and name.
/// Its text, <c>group/plural/namespace/name</c>, is the key of the grain that owns the object.
/// </summary>
public readonly record struct ObjectKey(string Group, string Plural, string Namespace, string Name)
{
    /// <summary>Reads the text of a key back.</summary>
    /// <exception cref="FormatException">The text has not four parts.</exception>
    public static ObjectKey Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 4
            ? new(parts[0], parts[1], parts[2], parts[3])
            : throw new FormatException($"\"{text}\" is no object key: expected group/plural/namespace/name");
    }

    /// <inheritdoc />
    public override string ToString() => $"{Group}/{Plural}/{Namespace}/{Name}";
}
