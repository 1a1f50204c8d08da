using Orchestrator.Api.Autoscaling.V2;
using Stored = Orchestrator.Api.Autoscaling.V2.HorizontalPodAutoscaler;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>Turns autoscalers of the older version into the stored ones and back, without loss.</summary>
internal static class AutoscalerViews
{
    /// <summary>The older view of a stored autoscaler.</summary>
    public static HorizontalPodAutoscaler FromStored(Stored stored) => new()
    {
        Metadata = stored.Metadata with
        {
            Annotations = AutoscalerAnnotations.Written(stored.Metadata.Annotations, new()
            {
                Metrics = [.. stored.Spec.Metrics.Where(metric => !IsCpu(metric))],
                Behavior = stored.Spec.Behavior,
                Conditions = stored.Status.Conditions,
                CurrentMetrics = stored.Status.CurrentMetrics,
            }),
        },
        Spec = new()
        {
            ScaleTargetRef = stored.Spec.ScaleTargetRef,
            MinReplicas = stored.Spec.MinReplicas,
            MaxReplicas = stored.Spec.MaxReplicas,
            TargetCPUUtilizationPercentage =
                stored.Spec.Metrics.FirstOrDefault(IsCpu)?.Resource!.Target.AverageUtilization,
        },
        Status = new()
        {
            ObservedGeneration = stored.Status.ObservedGeneration,
            LastScaleTime = stored.Status.LastScaleTime,
            CurrentReplicas = stored.Status.CurrentReplicas,
            DesiredReplicas = stored.Status.DesiredReplicas,
            CurrentCPUUtilizationPercentage = stored.Status.CurrentMetrics.FirstOrDefault(
                metric => metric.Resource is { Name: "cpu", Current.AverageUtilization: not null })
                ?.Resource!.Current.AverageUtilization,
        },
    };

    /// <summary>The stored autoscaler of an older view.</summary>
    public static Stored ToStored(HorizontalPodAutoscaler shown)
    {
        var carried = AutoscalerAnnotations.Read(shown.Metadata.Annotations);
        MetricSpec[] cpu = shown.Spec.TargetCPUUtilizationPercentage is { } target ? [MetricSpec.OfCpu(target)] : [];
        return new()
        {
            Metadata = shown.Metadata with
            {
                Annotations = AutoscalerAnnotations.Without(shown.Metadata.Annotations),
            },
            Spec = new()
            {
                ScaleTargetRef = shown.Spec.ScaleTargetRef,
                MinReplicas = shown.Spec.MinReplicas,
                MaxReplicas = shown.Spec.MaxReplicas,
                Metrics = [.. carried.Metrics, .. cpu],
                Behavior = carried.Behavior,
            },
            Status = new()
            {
                ObservedGeneration = shown.Status.ObservedGeneration,
                LastScaleTime = shown.Status.LastScaleTime,
                CurrentReplicas = shown.Status.CurrentReplicas,
                DesiredReplicas = shown.Status.DesiredReplicas,
                // The annotation says more than the field, and of the processor too.
                CurrentMetrics = carried.CurrentMetrics.Count > 0 ? carried.CurrentMetrics : CurrentCpu(shown.Status),
                Conditions = carried.Conditions,
            },
        };
    }

    private static MetricStatus[] CurrentCpu(HorizontalPodAutoscalerStatus status) =>
        status.CurrentCPUUtilizationPercentage is { } used
            ? [new()
            {
                Type = "Resource", Resource = new() { Name = "cpu", Current = new() { AverageUtilization = used } },
            }]
            : [];

    private static bool IsCpu(MetricSpec metric) =>
        metric is { Type: "Resource", Resource: { Name: "cpu", Target.AverageUtilization: not null } };
}
