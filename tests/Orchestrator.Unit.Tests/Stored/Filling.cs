using System.Collections;
using System.Reflection;
using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.Stored;

/// <summary>Objects in which every field says something, made from their types alone.</summary>
internal static class Filling
{
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static object? Of(Type type, string name, IReadOnlyList<Type> above)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return name;
        if (type == typeof(bool)) return true;
        if (type == typeof(int) || type == typeof(long) || type == typeof(double)) return Convert.ChangeType(7, type);
        if (type == typeof(DateTimeOffset)) return Time;
        if (type == typeof(MicroTime)) return new MicroTime(Time);
        if (type == typeof(JsonElement)) return JsonDocument.Parse("""{"any":"thing"}""").RootElement;
        if (type == typeof(Quantity)) return Quantity.Parse("1500m");
        if (type == typeof(IntOrString)) return (IntOrString)"25%";
        if (type == typeof(byte[])) return new byte[] { 1, 2, 3 };
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>([1, 2, 3]);
        if (type.IsGenericType) return Collection(type, name, above);
        return above.Count(seen => seen == type) > 1 ? null : Record(type, [.. above, type]);
    }

    private static object? Collection(Type type, string name, IReadOnlyList<Type> above)
    {
        var arguments = type.GetGenericArguments();
        var item = Of(arguments[^1], name, above);
        if (item is null) return null;
        var (shape, words) = arguments.Length == 2
            ? (typeof(Dictionary<,>).MakeGenericType(arguments), new[] { $"{name}-key", item })
            : (typeof(List<>).MakeGenericType(arguments), [item]);
        var made = Activator.CreateInstance(shape)!;
        if (made is IDictionary map) map.Add(words[0], words[1]);
        else ((IList)made).Add(words[0]);
        return type.IsInstanceOfType(made) ? made : null;
    }

    private static object? Record(Type type, IReadOnlyList<Type> above)
    {
        if (type.GetConstructor(Type.EmptyTypes) is null) return null;
        var made = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            if (Of(property.PropertyType, JsonNamingPolicy.CamelCase.ConvertName(property.Name), above) is { } value)
                property.SetValue(made, value);
        }
        return made;
    }
}
