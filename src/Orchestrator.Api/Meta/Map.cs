using System.Collections.ObjectModel;

namespace Orchestrator.Api.Meta;

/// <summary>The empty map that stands for one the sender left out.</summary>
public static class Map<T>
{
    /// <summary>One instance, so that records which left the same map out are equal.</summary>
    public static IReadOnlyDictionary<string, T> Empty => ReadOnlyDictionary<string, T>.Empty;
}
