using System.Text.Json.Serialization;
using Orchestrator.Api.Autoscaling.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V2;

/// <summary>Keeps the load of pods at a target by their number.</summary>
public sealed record HorizontalPodAutoscaler : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<HorizontalPodAutoscaler> Kind { get; } = new(
        "autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
    {
        ShortNames = ["hpa"],
        Categories = ["all"],
        Subresources = [Subresource.Status],
        Columns = AutoscalerColumns.Of<HorizontalPodAutoscaler>(static scaler => scaler),
        Default = static scaler => scaler with { Spec = AutoscalerDefaults.Apply(scaler.Spec) },
        PrepareCreate = static scaler => scaler with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = static (scaler, _) => AutoscalerValidation.Check(scaler),
        NotActedOnYet = "no controller changes the number of pods by their load",
    };

    public HorizontalPodAutoscalerSpec Spec { get; init => field = value ?? new(); } = new();
    public HorizontalPodAutoscalerStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>HorizontalPodAutoscalerSpec</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record HorizontalPodAutoscalerSpec
{
    public CrossVersionObjectReference ScaleTargetRef { get; init => field = value ?? new(); } = new();
    public int? MinReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MaxReplicas { get; init; }
    public IReadOnlyList<MetricSpec> Metrics { get; init => field = value ?? []; } = [];
    public HorizontalPodAutoscalerBehavior? Behavior { get; init; }
}

/// <summary>The <c>HorizontalPodAutoscalerBehavior</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record HorizontalPodAutoscalerBehavior
{
    public HPAScalingRules? ScaleUp { get; init; }
    public HPAScalingRules? ScaleDown { get; init; }
}

/// <summary>The <c>HPAScalingRules</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record HPAScalingRules
{
    public int? StabilizationWindowSeconds { get; init; }
    [KeepEmpty]
    public string? SelectPolicy { get; init; }
    public IReadOnlyList<HPAScalingPolicy> Policies { get; init => field = value ?? []; } = [];
    public Quantity? Tolerance { get; init; }
}

/// <summary>The <c>HPAScalingPolicy</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record HPAScalingPolicy
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int Value { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int PeriodSeconds { get; init; }
}

/// <summary>The <c>HorizontalPodAutoscalerStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record HorizontalPodAutoscalerStatus
{
    public long? ObservedGeneration { get; init; }
    public DateTimeOffset? LastScaleTime { get; init; }
    public int CurrentReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int DesiredReplicas { get; init; }
    public IReadOnlyList<MetricStatus> CurrentMetrics { get; init => field = value ?? []; } = [];
    public IReadOnlyList<HorizontalPodAutoscalerCondition> Conditions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>HorizontalPodAutoscalerCondition</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record HorizontalPodAutoscalerCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
