using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Autoscaling.V2;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>
/// The annotations in which autoscaling/v1 carries what it has no fields for, in the forms that clients of Kubernetes
/// know: metrics are flat, and the words of the behaviour begin with capitals.
/// </summary>
internal static class AutoscalerAnnotations
{
    private const string Prefix = "autoscaling.alpha.kubernetes.io/";
    private const string Metrics = Prefix + "metrics";
    private const string Behavior = Prefix + "behavior";
    private const string Conditions = Prefix + "conditions";
    private const string CurrentMetrics = Prefix + "current-metrics";

    private static readonly JsonSerializerOptions AnyCase = new(ApiJson.Options) { PropertyNameCaseInsensitive = true };

    /// <summary>The annotations and those that carry.</summary>
    public static IReadOnlyDictionary<string, string> Written(
        IReadOnlyDictionary<string, string> annotations, Carried carried)
    {
        if (carried is { Metrics: [], Behavior: null, Conditions: [], CurrentMetrics: [] }) return annotations;
        var written = annotations.ToDictionary(StringComparer.Ordinal);
        if (carried.Metrics.Count > 0)
            written[Metrics] = Text(new() { Metrics = [.. carried.Metrics.Select(FlatMetrics.Of)] });
        if (carried.Behavior is { } behavior) written[Behavior] = GoForm(behavior);
        if (carried.Conditions.Count > 0) written[Conditions] = Text(new() { Conditions = carried.Conditions });
        if (carried.CurrentMetrics.Count > 0)
        {
            written[CurrentMetrics] =
                Text(new() { CurrentMetrics = [.. carried.CurrentMetrics.Select(FlatMetrics.Of)] });
        }
        return written;
    }

    /// <summary>The annotations but for those that carry.</summary>
    public static IReadOnlyDictionary<string, string> Without(IReadOnlyDictionary<string, string> annotations) =>
        annotations.Keys.Any(IsCarrier)
            ? annotations.Where(pair => !IsCarrier(pair.Key)).ToDictionary(StringComparer.Ordinal)
            : annotations;

    /// <summary>What annotations carry.</summary>
    public static Carried Read(IReadOnlyDictionary<string, string> annotations) => new()
    {
        Metrics = [.. Read(annotations, Metrics, "metrics").Metrics.Select(FlatMetrics.Read)],
        Behavior = Read(annotations, Behavior, "behavior").Behavior,
        Conditions = Read(annotations, Conditions, "conditions").Conditions,
        CurrentMetrics =
            [.. Read(annotations, CurrentMetrics, "currentMetrics").CurrentMetrics.Select(FlatMetrics.ReadStatus)],
    };

    private static bool IsCarrier(string key) => key is Metrics or Behavior or Conditions or CurrentMetrics;

    // One field is set: the annotation holds its value alone.
    private static string Text(AnnotationValue value)
    {
        using var json = JsonDocument.Parse(
            JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.TypeInfo(typeof(AnnotationValue))));
        return json.RootElement.EnumerateObject().First().Value.GetRawText();
    }

    private static string GoForm(HorizontalPodAutoscalerBehavior behavior) => new JsonObject
    {
        ["ScaleUp"] = Rules(behavior.ScaleUp),
        ["ScaleDown"] = Rules(behavior.ScaleDown),
    }.ToJsonString(ApiJson.Options);

    private static JsonObject? Rules(HPAScalingRules? rules)
    {
        if (rules is null) return null;
        var written = new JsonObject
        {
            ["StabilizationWindowSeconds"] = rules.StabilizationWindowSeconds,
            ["SelectPolicy"] = rules.SelectPolicy,
            ["Policies"] = new JsonArray([.. rules.Policies.Select(policy => new JsonObject
            {
                ["Type"] = policy.Type, ["Value"] = policy.Value, ["PeriodSeconds"] = policy.PeriodSeconds,
            })]),
        };
        if (rules.Tolerance is { } tolerance) written["Tolerance"] = tolerance.ToString();
        return written;
    }

    // What cannot be read was not written by us, and is as good as nothing.
    private static AnnotationValue Read(IReadOnlyDictionary<string, string> annotations, string key, string field)
    {
        if (!annotations.TryGetValue(key, out var text)) return new();
        try
        {
            return (AnnotationValue)JsonSerializer.Deserialize(
                $"{{\"{field}\":{text}}}", AnyCase.GetTypeInfo(typeof(AnnotationValue)))!;
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
    public IReadOnlyList<MetricSpec> Metrics { get; init; } = [];
    public HorizontalPodAutoscalerBehavior? Behavior { get; init; }
    public IReadOnlyList<HorizontalPodAutoscalerCondition> Conditions { get; init; } = [];
    public IReadOnlyList<MetricStatus> CurrentMetrics { get; init; } = [];
}

/// <summary>The value of an annotation, in the field of its sort.</summary>
internal sealed record AnnotationValue
{
    public IReadOnlyList<FlatMetric> Metrics { get; init => field = value ?? []; } = [];
    public HorizontalPodAutoscalerBehavior? Behavior { get; init; }
    public IReadOnlyList<HorizontalPodAutoscalerCondition> Conditions { get; init => field = value ?? []; } = [];
    public IReadOnlyList<FlatMetric> CurrentMetrics { get; init => field = value ?? []; } = [];
}
