using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V2;

/// <summary>The table of autoscalers; both versions print it.</summary>
internal static class AutoscalerColumns
{
    private const int MetricsShownMax = 2;
    private const string Unknown = "<unknown>";

    public static IReadOnlyList<Column<T>> Of<T>(Func<T, HorizontalPodAutoscaler> view) where T : ApiObject =>
    [
        Cells.Name<T>(),
        new("Reference", "string", (obj, _) => Reference(view(obj).Spec.ScaleTargetRef)),
        new("Targets", "string", (obj, _) => Targets(view(obj))),
        new("MinPods", "string", (obj, _) => view(obj).Spec.MinReplicas?.ToString() ?? "<unset>"),
        new("MaxPods", "string", (obj, _) => view(obj).Spec.MaxReplicas),
        new("Replicas", "string", (obj, _) => view(obj).Status.CurrentReplicas),
        Cells.Age<T>(),
    ];

    private static string Reference(V1.CrossVersionObjectReference target) => $"{target.Kind}/{target.Name}";

    private static string Targets(HorizontalPodAutoscaler scaler)
    {
        var (metrics, current) = (scaler.Spec.Metrics, scaler.Status.CurrentMetrics);
        if (metrics.Count == 0) return "<none>";
        var shown = metrics.Take(MetricsShownMax)
            .Select((metric, i) => Target(metric, i < current.Count ? current[i] : null));
        var text = string.Join(", ", shown);
        return metrics.Count > MetricsShownMax ? $"{text} + {metrics.Count - MetricsShownMax} more..." : text;
    }

    private static string Target(MetricSpec metric, MetricStatus? current) => metric.Type switch
    {
        "External" => OfValue(metric.External?.Target, current?.External?.Current),
        "Object" => OfValue(metric.Object?.Target, current?.Object?.Current),
        "Pods" => $"{Shown(current?.Pods?.Current.AverageValue)}/{metric.Pods?.Target.AverageValue}",
        "Resource" => $"{metric.Resource?.Name}: {OfResource(metric.Resource?.Target, current?.Resource?.Current)}",
        "ContainerResource" =>
            $"{metric.ContainerResource?.Name}: "
            + OfResource(metric.ContainerResource?.Target, current?.ContainerResource?.Current),
        _ => "<unknown type>",
    };

    private static string OfValue(MetricTarget? target, MetricValueStatus? current) =>
        target?.AverageValue is { } average
            ? $"{Shown(current?.AverageValue)}/{average} (avg)"
            : $"{Shown(current?.Value)}/{target?.Value}";

    private static string OfResource(MetricTarget? target, MetricValueStatus? current)
    {
        if (target?.AverageValue is { } average) return $"{Shown(current?.AverageValue)}/{average}";
        var used = current?.AverageUtilization is { } percent ? $"{percent}%" : Unknown;
        return $"{used}/{(target?.AverageUtilization is { } wanted ? $"{wanted}%" : "<auto>")}";
    }

    private static string Shown(Quantity? amount) => amount?.ToString() ?? Unknown;
}
