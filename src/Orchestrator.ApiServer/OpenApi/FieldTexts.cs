using System.Collections.Frozen;

namespace Orchestrator.ApiServer.OpenApi;

/// <summary>
/// What the fields of the records mean, in sentences, from the texts beside this file. A record inherits the sentences
/// of the record it extends; what no record says is looked for under <c>*</c>.
/// </summary>
internal sealed class FieldTexts
{
    private const string Anywhere = "*";

    private readonly FrozenDictionary<string, FieldText> _texts;

    private FieldTexts(Dictionary<string, FieldText> texts) => _texts = texts.ToFrozenDictionary();

    /// <summary>The sentence of a record itself, or null.</summary>
    public string? Find(Type record) => Find(record, "", isShared: false)?.Sentence;

    /// <summary>The text of a field, or null.</summary>
    public FieldText? Find(Type record, string field) => Find(record, field, isShared: true);

    /// <summary>The text of a section that is no record: parameters, hand-written schemas.</summary>
    public string? Find(string section, string field) =>
        (_texts.GetValueOrDefault($"{section}/{field}") ?? _texts.GetValueOrDefault($"{Anywhere}/{field}"))?.Sentence;

    /// <summary>Reads the texts that the assembly carries.</summary>
    public static FieldTexts Read()
    {
        var assembly = typeof(FieldTexts).Assembly;
        var texts = new Dictionary<string, FieldText>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith("openapi-fields/", StringComparison.Ordinal)) continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Read(reader, name, texts);
        }
        return new(texts);
    }

    private FieldText? Find(Type record, string field, bool isShared)
    {
        for (var type = record; type is not null && type != typeof(object); type = type.BaseType)
        {
            var found = _texts.GetValueOrDefault($"{SchemaNames.Section(type)}/{field}")
                ?? _texts.GetValueOrDefault($"{type.Name}/{field}");
            if (found is not null) return found;
        }
        return isShared ? _texts.GetValueOrDefault($"{Anywhere}/{field}") : null;
    }

    // "Pod: sentence" opens a section, "  spec: sentence" is a field of it, "#" a remark.
    private static void Read(TextReader reader, string file, Dictionary<string, FieldText> texts)
    {
        var section = "";
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) throw new InvalidDataException($"{file}: \"{line}\" has no colon after its name");
            var (name, sentence) = (line[..colon].Trim(), line[(colon + 1)..].Trim());
            if (line[0] != ' ') (section, name) = (name, "");
            if (sentence.Length == 0) continue;
            bool? isRequired = name.EndsWith('!') ? true : name.EndsWith('?') ? false : null;
            if (!texts.TryAdd($"{section}/{name.TrimEnd('!', '?')}", new(sentence, isRequired)))
            {
                throw new InvalidDataException($"{file}: {section} says {name} twice");
            }
        }
    }
}

/// <summary>One sentence, and whether the field must be there where its mapping to JSON cannot tell.</summary>
internal sealed record FieldText(string Sentence, bool? IsRequired);
