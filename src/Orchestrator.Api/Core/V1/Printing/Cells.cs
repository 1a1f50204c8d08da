using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>Cells that several kinds print alike.</summary>
internal static class Cells
{
    private static readonly (string Name, string Short)[] AccessModeNames =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    public static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "<none>" : text;

    public static string OrUnknown(string? text) => string.IsNullOrEmpty(text) ? "<unknown>" : text;

    public static string ContainerNames(PodSpec spec) => string.Join(",", spec.Containers.Select(c => c.Name));

    public static string Images(PodSpec spec) => string.Join(",", spec.Containers.Select(c => c.Image));

    /// <summary>Labels as <c>a=1,b=2</c>, in the order of their keys.</summary>
    public static string Labels(IReadOnlyDictionary<string, string> labels) => OrNone(string.Join(",",
        labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")));

    /// <summary>So many of the texts, and how many more there are.</summary>
    public static string First(IEnumerable<string> texts, int max)
    {
        List<string> all = [.. texts];
        var shown = string.Join(",", all.Take(max));
        return all.Count > max ? $"{shown} + {all.Count - max} more..." : shown;
    }

    /// <summary>Access modes in short: <c>RWO,ROX</c>.</summary>
    public static string AccessModes(IReadOnlyList<string> modes) => string.Join(",", AccessModeNames
        .Where(mode => modes.Contains(mode.Name)).Select(mode => mode.Short));

    /// <summary>What is left of a table for kinds that have no columns of their own.</summary>
    public static Column<T> CreatedAt<T>() where T : ApiObject => new("Created At", "date", (obj, _) =>
        obj.Metadata.CreationTimestamp?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") ?? "<unknown>");

    public static Column<T> Name<T>() where T : ApiObject => new("Name", "string", (obj, _) => obj.Metadata.Name ?? "");

    public static Column<T> Age<T>() where T : ApiObject =>
        new("Age", "string", (obj, now) => HumanDuration.Since(obj.Metadata.CreationTimestamp, now));
}
