namespace Orchestrator.Api.Autoscaling.V2;

/// <summary>What an autoscaler gets where the user says nothing.</summary>
internal static class AutoscalerDefaults
{
    private const int CpuPercent = 80;
    private const int PeriodSeconds = 15;

    private static readonly HPAScalingRules Up = new()
    {
        StabilizationWindowSeconds = 0,
        SelectPolicy = "Max",
        Policies =
        [
            new() { Type = "Pods", Value = 4, PeriodSeconds = PeriodSeconds },
            new() { Type = "Percent", Value = 100, PeriodSeconds = PeriodSeconds },
        ],
    };

    private static readonly HPAScalingRules Down = new()
    {
        SelectPolicy = "Max",
        Policies = [new() { Type = "Percent", Value = 100, PeriodSeconds = PeriodSeconds }],
    };

    public static HorizontalPodAutoscalerSpec Apply(HorizontalPodAutoscalerSpec spec) => spec with
    {
        MinReplicas = spec.MinReplicas ?? 1,
        Metrics = spec.Metrics.Count == 0 ? [MetricSpec.OfCpu(CpuPercent)] : spec.Metrics,
        Behavior = spec.Behavior is { } behavior
            ? new() { ScaleUp = Filled(behavior.ScaleUp, Up), ScaleDown = Filled(behavior.ScaleDown, Down) }
            : null,
    };

    private static HPAScalingRules Filled(HPAScalingRules? rules, HPAScalingRules fallback) => rules is null
        ? fallback
        : new()
        {
            StabilizationWindowSeconds = rules.StabilizationWindowSeconds ?? fallback.StabilizationWindowSeconds,
            SelectPolicy = rules.SelectPolicy ?? fallback.SelectPolicy,
            Policies = rules.Policies.Count == 0 ? fallback.Policies : rules.Policies,
            Tolerance = rules.Tolerance,
        };
}
