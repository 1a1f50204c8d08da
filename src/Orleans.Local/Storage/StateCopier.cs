using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Local.Engine;

/// <summary>
/// Copies states into and out of the in-memory storage, so that changes a grain makes without writing them do not get
/// stored, just as a storage that serializes. Values that cannot change, and types marked [Immutable], are shared.
/// </summary>
internal static class StateCopier
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly ConcurrentDictionary<Type, FieldInfo[]?> Plans = new();
    private static readonly MethodInfo Clone =
        typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static T? Copy<T>(T? value) =>
        (T?)Copy(value, new Dictionary<object, object>(ReferenceEqualityComparer.Instance));

    private static object? Copy(object? value, Dictionary<object, object> done)
    {
        if (value is null)
        {
            return null;
        }

        var type = value.GetType();
        if (type.IsArray)
        {
            return CopyArray((Array)value, done);
        }

        if (PlanOf(type) is not { } fields)
        {
            return value;
        }

        if (!type.IsValueType && done.TryGetValue(value, out var known))
        {
            return known;
        }

        var copy = Clone.Invoke(value, null)!;
        if (!type.IsValueType)
        {
            done[value] = copy;
        }

        foreach (var field in fields)
        {
            field.SetValue(copy, Copy(field.GetValue(value), done));
        }

        return copy;
    }

    private static Array CopyArray(Array array, Dictionary<object, object> done)
    {
        if (done.TryGetValue(array, out var known))
        {
            return (Array)known;
        }

        var copy = (Array)array.Clone();
        done[array] = copy;
        if (array.Rank == 1 && PlanOf(array.GetType().GetElementType()!, declared: true) is not null)
        {
            for (var index = 0; index < array.Length; index++)
            {
                copy.SetValue(Copy(array.GetValue(index), done), index);
            }
        }

        return copy;
    }

    // Null: share. Else the fields whose values may have to be copied.
    private static FieldInfo[]? PlanOf(Type type, bool declared = false)
    {
        if (declared && !type.IsSealed && !IsShared(type))
        {
            return [];
        }

        return Plans.GetOrAdd(type, static type => IsShared(type) ? null : Fields(type));
    }

    private static FieldInfo[] Fields(Type type)
    {
        List<FieldInfo> fields = [];
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            fields.AddRange(level.GetFields(Own).Where(field => !IsShared(field.FieldType)));
        }

        return [.. fields];
    }

    private static bool IsShared(Type type) =>
        type.IsPrimitive || type.IsEnum || type.IsPointer
        || type == typeof(string) || type == typeof(decimal) || type == typeof(Guid) || type == typeof(DateTime)
        || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(Uri) || type == typeof(Version)
        || typeof(Delegate).IsAssignableFrom(type) || typeof(MemberInfo).IsAssignableFrom(type)
        || typeof(IAddressable).IsAssignableFrom(type)
        || type.IsDefined(typeof(ImmutableAttribute), false)
        || type.Namespace is "System.Collections.Immutable" or "System.Collections.Frozen"
        || (type.Namespace is "System.Collections.Generic" && type.Name.Contains("Comparer", StringComparison.Ordinal))
        || (Nullable.GetUnderlyingType(type) is { } inner && IsShared(inner));
}
