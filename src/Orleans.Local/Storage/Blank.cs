using System.Runtime.CompilerServices;

namespace Orleans.Local.Engine;

/// <summary>The state of a grain that was never written.</summary>
internal static class Blank
{
    public static T? Of<T>()
    {
        var type = typeof(T);
        if (type.IsValueType || type.IsInterface || type.IsAbstract || type.IsArray || type == typeof(string))
        {
            return default;
        }

        return type.GetConstructor(Type.EmptyTypes) is null
            ? (T)RuntimeHelpers.GetUninitializedObject(type)
            : Activator.CreateInstance<T>();
    }
}
