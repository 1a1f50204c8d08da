using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Api.Meta;

/// <summary>
/// Compares values as they would be written, without writing them: property by property along the mapping to JSON. Only
/// leaves that differ in memory are written out, for times differ in fractions that are dropped.
/// </summary>
internal static class WrittenForm
{
    public static bool AreSame(object? left, object? right, JsonTypeInfo info)
    {
        if (ReferenceEquals(left, right)) return true;
        if (left is null || right is null) return false;
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => AreSameObjects(left, right, info),
            JsonTypeInfoKind.Enumerable => AreSameLists((IEnumerable)left, (IEnumerable)right, info),
            JsonTypeInfoKind.Dictionary => AreSameMaps((IEnumerable)left, (IEnumerable)right, info),
            _ => left.Equals(right) || AreSameText(left, right, info),
        };
    }

    private static bool AreSameObjects(object left, object right, JsonTypeInfo info)
    {
        if (left.GetType() != right.GetType()) return false;
        foreach (var property in info.Properties)
        {
            if (property.Get is not { } get) continue;
            var (mine, other) = (get(left), get(right));
            if (ReferenceEquals(mine, other)) continue;
            var isWritten = property.ShouldSerialize?.Invoke(left, mine) ?? true;
            if (isWritten != (property.ShouldSerialize?.Invoke(right, other) ?? true)) return false;
            if (isWritten && !AreSame(mine, other, info.Options.GetTypeInfo(property.PropertyType))) return false;
        }
        return true;
    }

    private static bool AreSameLists(IEnumerable left, IEnumerable right, JsonTypeInfo info)
    {
        if (left is ICollection mine && right is ICollection other && mine.Count != other.Count) return false;
        var element = info.Options.GetTypeInfo(info.ElementType!);
        var (items, others) = (left.GetEnumerator(), right.GetEnumerator());
        while (items.MoveNext())
        {
            if (!others.MoveNext() || !AreSame(items.Current, others.Current, element)) return false;
        }
        return !others.MoveNext();
    }

    // In the order in which they would be written.
    private static bool AreSameMaps(IEnumerable left, IEnumerable right, JsonTypeInfo info) =>
        left is IReadOnlyDictionary<string, string> mine && right is IReadOnlyDictionary<string, string> other
            ? mine.Count == other.Count && mine.SequenceEqual(other)
            : AreSameText(left, right, info);

    private static bool AreSameText(object left, object right, JsonTypeInfo info) =>
        JsonSerializer.SerializeToUtf8Bytes(left, info).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right, info));
}
