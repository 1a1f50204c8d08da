using System.Collections.Concurrent;
using System.Reflection;

namespace Orchestrator.Api.Meta;

/// <summary>Reads which values the properties of the records are declared with.</summary>
public static class Choices
{
    private static readonly ConcurrentDictionary<(Type Record, string Property), IReadOnlyList<string>> Known = new();

    /// <summary>The values of a property that has <see cref="OneOfAttribute"/>.</summary>
    public static IReadOnlyList<string> Of<T>(string property) => Known.GetOrAdd((typeof(T), property), static key =>
        key.Record.GetProperty(key.Property)?.GetCustomAttribute<OneOfAttribute>()?.Values
            ?? throw new ArgumentException($"{key.Record.Name}.{key.Property} is declared without values"));
}
