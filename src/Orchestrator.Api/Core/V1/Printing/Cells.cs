using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>Cells that several kinds print alike.</summary>
internal static class Cells
{
    public static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "<none>" : text;

    public static string OrUnknown(string? text) => string.IsNullOrEmpty(text) ? "<unknown>" : text;

    public static string ContainerNames(PodSpec spec) => string.Join(",", spec.Containers.Select(c => c.Name));

    public static string Images(PodSpec spec) => string.Join(",", spec.Containers.Select(c => c.Image));

    public static string Labels(IReadOnlyDictionary<string, string> labels) => labels.Count == 0
        ? "<none>"
        : string.Join(",", labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    public static Column<T> Name<T>() where T : ApiObject => new("Name", "string", (obj, _) => obj.Metadata.Name ?? "");

    public static Column<T> Age<T>() where T : ApiObject =>
        new("Age", "string", (obj, now) => HumanDuration.Since(obj.Metadata.CreationTimestamp, now));
}
