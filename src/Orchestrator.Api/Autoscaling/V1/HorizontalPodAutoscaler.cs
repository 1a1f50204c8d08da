using System.Text.Json.Serialization;
using Orchestrator.Api.Autoscaling.V2;
using Orchestrator.Api.Meta;
using Stored = Orchestrator.Api.Autoscaling.V2.HorizontalPodAutoscaler;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>
/// Keeps the load of pods at a target by their number: the older view of what autoscaling/v2 stores. What this view
/// has no field for, it carries in annotations.
/// </summary>
public sealed record HorizontalPodAutoscaler : ApiObject
{
    /// <summary>The declaration of the kind.</summary>
    public static Kind<HorizontalPodAutoscaler> Kind { get; } = new(
        "autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers")
    {
        ShortNames = ["hpa"],
        Categories = ["all"],
        Subresources = [Subresource.Status],
        StoredAs = static () => Stored.Kind,
        ToStoredView = AutoscalerViews.ToStored,
        FromStoredView = static obj => AutoscalerViews.FromStored((Stored)obj),
        Columns = AutoscalerColumns.Of<HorizontalPodAutoscaler>(AutoscalerViews.ToStored),
        Default = static scaler => scaler with
        {
            Spec = scaler.Spec with { MinReplicas = scaler.Spec.MinReplicas ?? 1 },
        },
        PrepareCreate = static scaler => scaler with { Status = new() },
        PrepareUpdate = static (sent, stored) => sent with { Status = stored.Status },
        PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        Validate = static (scaler, _) => AutoscalerValidation.Check(AutoscalerViews.ToStored(scaler)),
        NotActedOnYet = Stored.Kind.NotActedOnYet,
    };

    public HorizontalPodAutoscalerSpec Spec { get; init => field = value ?? new(); } = new();
    public HorizontalPodAutoscalerStatus Status { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>HorizontalPodAutoscalerSpec</c> of the Kubernetes autoscaling/v1 schema.</summary>
public sealed record HorizontalPodAutoscalerSpec
{
    public CrossVersionObjectReference ScaleTargetRef { get; init => field = value ?? new(); } = new();
    public int? MinReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int MaxReplicas { get; init; }
    public int? TargetCPUUtilizationPercentage { get; init; }
}

/// <summary>The <c>HorizontalPodAutoscalerStatus</c> of the Kubernetes autoscaling/v1 schema.</summary>
public sealed record HorizontalPodAutoscalerStatus
{
    public long? ObservedGeneration { get; init; }
    public DateTimeOffset? LastScaleTime { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int CurrentReplicas { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int DesiredReplicas { get; init; }
    public int? CurrentCPUUtilizationPercentage { get; init; }
}
