using System.Buffers;
using System.Text.Json;
using Orchestrator.Api.Decoding;

namespace Orchestrator.Api.Patching;

/// <summary>
/// A set of paths into an object, kept as a tree whose steps are those of FieldsV1: <c>f:name</c> for fields,
/// <c>k:{"name":"c"}</c> for keyed elements, <c>v:"x"</c> for elements of sets. Immutable; the steps of a place stand
/// in order, so that two sets are compared in one walk along both.
/// </summary>
internal sealed class FieldSet
{
    private readonly FieldStep[] _children;

    private FieldSet(bool isMember, FieldStep[] ordered) => (IsMember, _children) = (isMember, ordered);

    /// <summary>No path.</summary>
    public static FieldSet Empty { get; } = new(false, []);

    /// <summary>The place itself.</summary>
    public static FieldSet Leaf { get; } = new(true, []);

    /// <summary>The place itself is in the set, not only places below it.</summary>
    public bool IsMember { get; }

    /// <summary>Places below, in the order FieldsV1 is written.</summary>
    public IReadOnlyList<FieldStep> Children => _children;

    public bool IsEmpty => !IsMember && _children.Length == 0;

    /// <summary>A place with others below it, which may come in any order and twice.</summary>
    public static FieldSet Of(bool isMember, List<FieldStep> children)
    {
        if (children.Count == 0) return isMember ? Leaf : Empty;
        for (var i = 1; i < children.Count; i++)
        {
            if (string.CompareOrdinal(children[i - 1].Step, children[i].Step) < 0) continue;
            children = Ordered(children);
            break;
        }
        return new(isMember, [.. children]);
    }

    /// <summary>What lies below a step, or nothing.</summary>
    public FieldSet? Below(string step)
    {
        var (low, high) = (0, _children.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_children[middle].Step, step);
            if (order == 0) return _children[middle].Below;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }

    /// <summary>The set without a whole branch.</summary>
    public FieldSet Without(string step) =>
        Below(step) is null ? this : new(IsMember, [.. _children.Where(child => child.Step != step)]);

    public FieldSet Union(FieldSet other)
    {
        if (IsEmpty) return other;
        if (other.IsEmpty) return this;
        var (mine, theirs) = (_children, other._children);
        var all = new List<FieldStep>(mine.Length + theirs.Length);
        for (int i = 0, j = 0; i < mine.Length || j < theirs.Length;)
        {
            var order = i == mine.Length ? 1 : j == theirs.Length ? -1
                : string.CompareOrdinal(mine[i].Step, theirs[j].Step);
            if (order < 0) all.Add(mine[i++]);
            else if (order > 0) all.Add(theirs[j++]);
            else all.Add(new(mine[i].Step, mine[i++].Below.Union(theirs[j++].Below)));
        }
        return new(IsMember || other.IsMember, [.. all]);
    }

    public FieldSet Minus(FieldSet other) => IsEmpty || other.IsEmpty ? this : Rest(
        IsMember && !other.IsMember, other, static (below, theirs) => theirs is null ? below : below.Minus(theirs));

    /// <summary>The members at places the other set does not reach: a record left empty there is no news.</summary>
    public FieldSet Beyond(FieldSet? other) =>
        other is null ? this : Rest(false, other, static (below, theirs) => below.Beyond(theirs));

    public FieldSet And(FieldSet other) => Rest(
        IsMember && other.IsMember, other, static (below, theirs) => theirs is null ? Empty : below.And(theirs));

    public bool SameAs(FieldSet other) => Minus(other).IsEmpty && other.Minus(this).IsEmpty;

    /// <summary>The members as the reference spells them: <c>.spec.containers[name="c"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember) yield return prefix;
        foreach (var (step, set) in _children)
        {
            foreach (var path in set.Paths(prefix + Spelled(step))) yield return path;
        }
    }

    /// <summary>Reads FieldsV1. A place without places below it is a member.</summary>
    public static FieldSet Read(JsonElement? fields)
    {
        if (fields is not { ValueKind: JsonValueKind.Object } root) return Empty;
        var place = ReadPlace(root);
        return place._children.Length == 0 ? Empty : place;
    }

    /// <summary>Writes FieldsV1.</summary>
    public JsonElement Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonTrees.WriterOptions)) Write(json);
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (IsMember && _children.Length > 0)
        {
            json.WriteStartObject("."u8);
            json.WriteEndObject();
        }
        foreach (var (step, below) in _children)
        {
            json.WritePropertyName(step);
            below.Write(json);
        }
        json.WriteEndObject();
    }

    private static FieldSet ReadPlace(JsonElement fields)
    {
        if (fields.ValueKind != JsonValueKind.Object) return Leaf;
        var children = new List<FieldStep>();
        var isMember = false;
        foreach (var field in fields.EnumerateObject())
        {
            if (field.NameEquals("."u8)) isMember = true;
            else children.Add(new(field.Name, ReadPlace(field.Value)));
        }
        return Of(isMember || children.Count == 0, children);
    }

    /// <summary>What is left of each place below, beside what the other set has there.</summary>
    private FieldSet Rest(bool isMember, FieldSet other, Func<FieldSet, FieldSet?, FieldSet> choose)
    {
        var theirs = other._children;
        var rest = new List<FieldStep>(_children.Length);
        var isSame = isMember == IsMember;
        var j = 0;
        foreach (var (step, below) in _children)
        {
            while (j < theirs.Length && string.CompareOrdinal(theirs[j].Step, step) < 0) j++;
            var kept = choose(below, j < theirs.Length && theirs[j].Step == step ? theirs[j].Below : null);
            isSame &= ReferenceEquals(kept, below);
            if (!kept.IsEmpty) rest.Add(new(step, kept));
        }
        return isSame ? this : Of(isMember, rest);
    }

    private static List<FieldStep> Ordered(List<FieldStep> children)
    {
        var ordered = new List<FieldStep>(children.Count);
        foreach (var child in children.OrderBy(child => child.Step, StringComparer.Ordinal))
        {
            if (ordered.Count > 0 && ordered[^1].Step == child.Step)
                ordered[^1] = new(child.Step, ordered[^1].Below.Union(child.Below));
            else ordered.Add(child);
        }
        return ordered;
    }

    private static string Spelled(string step)
    {
        var rest = step[2..];
        return step[0] switch
        {
            'f' => $".{rest}",
            'v' => $"[={rest}]",
            'k' => $"[{string.Join(',', KeyParts(rest))}]",
            _ => $"[{rest}]",
        };
    }

    private static IEnumerable<string> KeyParts(string json)
    {
        using var key = JsonDocument.Parse(json);
        return key.RootElement.ValueKind == JsonValueKind.Object
            ? [.. key.RootElement.EnumerateObject().Select(part => $"{part.Name}={JsonTrees.ToText(part.Value)}")]
            : [json];
    }
}

/// <summary>One step down from a place, and what of the set lies there.</summary>
internal readonly record struct FieldStep(string Step, FieldSet Below);
