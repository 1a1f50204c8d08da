using System.Text.Json;
using Orchestrator.Api.Autoscaling.V2;
using Orchestrator.Api.Meta;
using Stored = Orchestrator.Api.Autoscaling.V2.HorizontalPodAutoscaler;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>Turns autoscalers of the older version into the stored ones and back, without loss.</summary>
internal static class AutoscalerViews
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private const string Metrics = Prefix + "metrics";
    private const string Behavior = Prefix + "behavior";
    private const string Conditions = Prefix + "conditions";
    private const string CurrentMetrics = Prefix + "current-metrics";

    /// <summary>The older view of a stored autoscaler.</summary>
    public static HorizontalPodAutoscaler FromStored(Stored stored)
    {
        var cpu = stored.Spec.Metrics.FirstOrDefault(IsCpu);
        var current = stored.Status.CurrentMetrics.FirstOrDefault(
            metric => metric.Resource is { Name: "cpu", Current.AverageUtilization: not null });
        var carried = new Carried
        {
            Metrics = [.. stored.Spec.Metrics.Where(metric => metric != cpu)],
            Behavior = stored.Spec.Behavior,
            Conditions = stored.Status.Conditions,
            CurrentMetrics = [.. stored.Status.CurrentMetrics.Where(metric => metric != current)],
        };
        return new()
        {
            Metadata = stored.Metadata with { Annotations = Written(stored.Metadata.Annotations, carried) },
            Spec = new()
            {
                ScaleTargetRef = stored.Spec.ScaleTargetRef,
                MinReplicas = stored.Spec.MinReplicas,
                MaxReplicas = stored.Spec.MaxReplicas,
                TargetCPUUtilizationPercentage = cpu?.Resource!.Target.AverageUtilization,
            },
            Status = new()
            {
                ObservedGeneration = stored.Status.ObservedGeneration,
                LastScaleTime = stored.Status.LastScaleTime,
                CurrentReplicas = stored.Status.CurrentReplicas,
                DesiredReplicas = stored.Status.DesiredReplicas,
                CurrentCPUUtilizationPercentage = current?.Resource!.Current.AverageUtilization,
            },
        };
    }

    /// <summary>The stored autoscaler of an older view.</summary>
    public static Stored ToStored(HorizontalPodAutoscaler shown)
    {
        var annotations = shown.Metadata.Annotations;
        MetricSpec[] cpu = shown.Spec.TargetCPUUtilizationPercentage is { } target ? [MetricSpec.OfCpu(target)] : [];
        MetricStatus[] current = shown.Status.CurrentCPUUtilizationPercentage is { } used
            ? [new()
            {
                Type = "Resource", Resource = new() { Name = "cpu", Current = new() { AverageUtilization = used } }
            }]
            : [];
        return new()
        {
            Metadata = shown.Metadata with
            {
                Annotations = annotations.Keys.Any(IsCarrier)
                    ? annotations.Where(pair => !IsCarrier(pair.Key)).ToDictionary(StringComparer.Ordinal)
                    : annotations,
            },
            Spec = new()
            {
                ScaleTargetRef = shown.Spec.ScaleTargetRef,
                MinReplicas = shown.Spec.MinReplicas,
                MaxReplicas = shown.Spec.MaxReplicas,
                Metrics = [.. Read(annotations, Metrics).Metrics, .. cpu],
                Behavior = Read(annotations, Behavior).Behavior,
            },
            Status = new()
            {
                ObservedGeneration = shown.Status.ObservedGeneration,
                LastScaleTime = shown.Status.LastScaleTime,
                CurrentReplicas = shown.Status.CurrentReplicas,
                DesiredReplicas = shown.Status.DesiredReplicas,
                CurrentMetrics = [.. Read(annotations, CurrentMetrics).CurrentMetrics, .. current],
                Conditions = Read(annotations, Conditions).Conditions,
            },
        };
    }

    private static bool IsCpu(MetricSpec metric) =>
        metric is { Type: "Resource", Resource: { Name: "cpu", Target.AverageUtilization: not null } };

    private static bool IsCarrier(string key) => key is Metrics or Behavior or Conditions or CurrentMetrics;

    private static IReadOnlyDictionary<string, string> Written(
        IReadOnlyDictionary<string, string> annotations, Carried carried)
    {
        if (carried is { Metrics: [], Behavior: null, Conditions: [], CurrentMetrics: [] }) return annotations;
        var written = annotations.ToDictionary(StringComparer.Ordinal);
        if (carried.Metrics.Count > 0) written[Metrics] = Text(new() { Metrics = carried.Metrics });
        if (carried.Behavior is { } behavior) written[Behavior] = Text(new() { Behavior = behavior });
        if (carried.Conditions.Count > 0) written[Conditions] = Text(new() { Conditions = carried.Conditions });
        if (carried.CurrentMetrics.Count > 0)
            written[CurrentMetrics] = Text(new() { CurrentMetrics = carried.CurrentMetrics });
        return written;
    }

    // One field is set: the annotation holds its value alone.
    private static string Text(Carried carried)
    {
        using var json = JsonDocument.Parse(
            JsonSerializer.SerializeToUtf8Bytes(carried, ApiJson.TypeInfo(typeof(Carried))));
        return json.RootElement.EnumerateObject().First().Value.GetRawText();
    }

    // What cannot be read was not written by us, and is as good as nothing.
    private static Carried Read(IReadOnlyDictionary<string, string> annotations, string key)
    {
        if (!annotations.TryGetValue(key, out var text)) return new();
        var field = key switch
        {
            Metrics => "metrics",
            Behavior => "behavior",
            Conditions => "conditions",
            _ => "currentMetrics",
        };
        try
        {
            return (Carried)JsonSerializer.Deserialize($"{{\"{field}\":{text}}}", ApiJson.TypeInfo(typeof(Carried)))!;
        }
        catch (JsonException)
        {
            return new();
        }
    }
}

/// <summary>What autoscaling/v1 has no fields for.</summary>
internal sealed record Carried
{
    public IReadOnlyList<MetricSpec> Metrics { get; init => field = value ?? []; } = [];
    public HorizontalPodAutoscalerBehavior? Behavior { get; init; }
    public IReadOnlyList<HorizontalPodAutoscalerCondition> Conditions { get; init => field = value ?? []; } = [];
    public IReadOnlyList<MetricStatus> CurrentMetrics { get; init => field = value ?? []; } = [];
}
