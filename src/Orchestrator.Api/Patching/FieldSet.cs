using System.Text.Json.Nodes;

namespace Orchestrator.Api.Patching;

/// <summary>
/// A set of paths into an object, kept as a tree whose steps are those of FieldsV1: <c>f:name</c> for fields,
/// <c>k:{"name":"c"}</c> for keyed elements, <c>v:"x"</c> for elements of sets. Immutable.
/// </summary>
internal sealed class FieldSet
{
    private static readonly SortedDictionary<string, FieldSet> NoChildren = [];

    private readonly SortedDictionary<string, FieldSet> _children;

    public FieldSet(bool isMember, SortedDictionary<string, FieldSet>? children = null)
    {
        IsMember = isMember;
        _children = children ?? NoChildren;
    }

    /// <summary>No path.</summary>
    public static FieldSet Empty { get; } = new(false);

    /// <summary>The place itself.</summary>
    public static FieldSet Leaf { get; } = new(true);

    /// <summary>The place itself is in the set, not only places below it.</summary>
    public bool IsMember { get; }

    /// <summary>Places below, by step.</summary>
    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    public bool IsEmpty => !IsMember && _children.Count == 0;

    /// <summary>A new collection of children in the order FieldsV1 is written.</summary>
    public static SortedDictionary<string, FieldSet> NewChildren() => new(StringComparer.Ordinal);

    /// <summary>What lies below a step, or nothing.</summary>
    public FieldSet? Below(string step) => _children.GetValueOrDefault(step);

    /// <summary>The set without a whole branch.</summary>
    public FieldSet Without(string step)
    {
        if (!_children.ContainsKey(step)) return this;
        var children = new SortedDictionary<string, FieldSet>(_children, StringComparer.Ordinal);
        children.Remove(step);
        return new(IsMember, children);
    }

    public FieldSet Union(FieldSet other)
    {
        if (IsEmpty) return other;
        if (other.IsEmpty) return this;
        var children = new SortedDictionary<string, FieldSet>(_children, StringComparer.Ordinal);
        foreach (var (step, set) in other._children)
        {
            children[step] = children.TryGetValue(step, out var own) ? own.Union(set) : set;
        }
        return new(IsMember || other.IsMember, children);
    }

    public FieldSet Minus(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty) return this;
        var children = NewChildren();
        foreach (var (step, set) in _children)
        {
            var rest = other.Below(step) is { } gone ? set.Minus(gone) : set;
            if (!rest.IsEmpty) children[step] = rest;
        }
        return new(IsMember && !other.IsMember, children);
    }

    /// <summary>The members at places the other set does not reach: a record left empty there is no news.</summary>
    public FieldSet Beyond(FieldSet? other)
    {
        if (other is null) return this;
        var children = NewChildren();
        foreach (var (step, set) in _children)
        {
            if (set.Beyond(other.Below(step)) is { IsEmpty: false } rest) children[step] = rest;
        }
        return new(false, children);
    }

    public FieldSet And(FieldSet other)
    {
        var children = NewChildren();
        foreach (var (step, set) in _children)
        {
            if (other.Below(step) is { } theirs && set.And(theirs) is { IsEmpty: false } both) children[step] = both;
        }
        return new(IsMember && other.IsMember, children);
    }

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
    public static FieldSet Read(JsonNode? fields)
    {
        var root = ReadPlace(fields as JsonObject);
        return root._children.Count == 0 ? Empty : root;
    }

    /// <summary>Writes FieldsV1.</summary>
    public JsonObject Write()
    {
        var result = new JsonObject();
        if (IsMember && _children.Count > 0) result["."] = new JsonObject();
        foreach (var (step, set) in _children) result[step] = set.Write();
        return result;
    }

    private static FieldSet ReadPlace(JsonObject? fields)
    {
        if (fields is null) return Leaf;
        var children = NewChildren();
        foreach (var (step, below) in fields)
        {
            if (step != ".") children[step] = ReadPlace(below as JsonObject);
        }
        return new(children.Count == 0 || fields.ContainsKey("."), children);
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

    private static IEnumerable<string> KeyParts(string json) => JsonNode.Parse(json) is JsonObject key
        ? key.Select(part => $"{part.Key}={Decoding.JsonTrees.ToText(part.Value)}")
        : [json];
}
