using Orchestrator.Api.Autoscaling.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V2;

/// <summary>What holds for autoscalers of both versions.</summary>
internal static class AutoscalerValidation
{
    private const int StabilizationSecondsMax = 3600;
    private const int PeriodSecondsMax = 1800;

    private static readonly string[] MetricTypes = ["ContainerResource", "External", "Object", "Pods", "Resource"];

    public static IReadOnlyList<FieldError> Check(HorizontalPodAutoscaler scaler)
    {
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], scaler.Spec);
        if (spec.MinReplicas < 1) at["minReplicas"].Invalid(spec.MinReplicas, "must be greater than or equal to 1");
        if (spec.MaxReplicas < 1) at["maxReplicas"].Invalid(spec.MaxReplicas, "must be greater than 0");
        if (spec.MaxReplicas < spec.MinReplicas)
        {
            at["maxReplicas"].Invalid(spec.MaxReplicas, "must be greater than or equal to `minReplicas`");
        }
        CheckReference(at["scaleTargetRef"], spec.ScaleTargetRef);
        for (var i = 0; i < spec.Metrics.Count; i++) CheckMetric(at["metrics"][i], spec.Metrics[i]);
        CheckRules(at["behavior"]["scaleUp"], spec.Behavior?.ScaleUp);
        CheckRules(at["behavior"]["scaleDown"], spec.Behavior?.ScaleDown);
        return errors.Found;
    }

    private static void CheckReference(FieldErrors at, CrossVersionObjectReference reference)
    {
        CheckSegment(at["kind"], reference.Kind, "");
        CheckSegment(at["name"], reference.Name, "");
    }

    private static void CheckSegment(FieldErrors at, string name, string missing)
    {
        if (name.Length == 0) at.Required(missing);
        else at.Invalid(name, NameRules.PathSegment(name));
    }

    private static void CheckMetric(FieldErrors at, MetricSpec metric)
    {
        if (metric.Type.Length == 0) at["type"].Required("must specify a metric source type");
        if (!MetricTypes.Contains(metric.Type)) at["type"].NotSupported(metric.Type, MetricTypes);
        var expected = metric.Type.Length == 0 ? "" : char.ToLowerInvariant(metric.Type[0]) + metric.Type[1..];
        var present = Sources(metric).Where(source => source.IsSet).ToList();
        if (present.Count > 0) present[0].Check(at[present[0].Field]);
        if (present.All(source => source.Field != expected))
        {
            at[expected].Required("must populate information for the given metric source");
        }
        if (present.Count <= 1) return;
        foreach (var source in present.Where(source => source.Field != expected))
            at[source.Field].Forbidden("must populate the given metric source only");
    }

    private static IEnumerable<(string Field, bool IsSet, Action<FieldErrors> Check)> Sources(MetricSpec metric) =>
    [
        ("object", metric.Object is not null, at => CheckObject(at, metric.Object!)),
        ("external", metric.External is not null, at => CheckExternal(at, metric.External!)),
        ("pods", metric.Pods is not null, at => CheckPods(at, metric.Pods!)),
        ("resource", metric.Resource is not null,
            at => CheckResource(at, metric.Resource!.Name, metric.Resource.Target)),
        ("containerResource", metric.ContainerResource is not null, at =>
        {
            CheckResource(at, metric.ContainerResource!.Name, metric.ContainerResource.Target);
            CheckSegment(at["container"], metric.ContainerResource.Container, "must specify a container");
        }),
    ];

    private static void CheckObject(FieldErrors at, ObjectMetricSource source)
    {
        CheckReference(at["describedObject"], source.DescribedObject);
        CheckIdentifier(at["metric"], source.Metric);
        CheckTarget(at["target"], source.Target);
        if (source.Target is { Value: null, AverageValue: null })
            at["target"]["averageValue"].Required("must set either a target value or averageValue");
    }

    private static void CheckExternal(FieldErrors at, ExternalMetricSource source)
    {
        CheckIdentifier(at["metric"], source.Metric);
        CheckTarget(at["target"], source.Target);
        if (source.Target is { Value: null, AverageValue: null })
        {
            at["target"]["averageValue"].Required(
                "must set either a target value for metric or a per-pod target");
        }
        if (source.Target is { Value: not null, AverageValue: not null })
        {
            at["target"]["value"].Forbidden("may not set both a target value for metric and a per-pod target");
        }
    }

    private static void CheckPods(FieldErrors at, PodsMetricSource source)
    {
        CheckIdentifier(at["metric"], source.Metric);
        CheckTarget(at["target"], source.Target);
        if (source.Target.AverageValue is not { } average || average <= Quantity.Zero)
            at["target"]["averageValue"].Required("must specify a positive target averageValue");
    }

    private static void CheckResource(FieldErrors at, string name, MetricTarget target)
    {
        if (name.Length == 0) at["name"].Required("must specify a resource name");
        CheckTarget(at["target"], target);
        if (target is { AverageUtilization: null, AverageValue: null })
        {
            at["target"]["averageUtilization"].Required("must set either a target raw value or a target utilization");
        }
        if (target is { AverageUtilization: not null, AverageValue: not null })
        {
            at["target"]["averageValue"].Forbidden("may not set both a target raw value and a target utilization");
        }
    }

    private static void CheckIdentifier(FieldErrors at, MetricIdentifier metric) =>
        CheckSegment(at["name"], metric.Name, "must specify a metric name");

    private static void CheckTarget(FieldErrors at, MetricTarget target)
    {
        if (target.Type.Length == 0) at["type"].Required("must specify a metric target type");
        if (target.Type is not ("Utilization" or "Value" or "AverageValue"))
            at["type"].Invalid(target.Type, "must be either Utilization, Value, or AverageValue");
        if (target.Value is { } value && value <= Quantity.Zero)
            at["value"].Invalid(value.ToString(), "must be positive");
        if (target.AverageValue is { } average && average <= Quantity.Zero)
            at["averageValue"].Invalid(average.ToString(), "must be positive");
        if (target.AverageUtilization < 1)
            at["averageUtilization"].Invalid(target.AverageUtilization, "must be greater than 0");
    }

    private static void CheckRules(FieldErrors at, HPAScalingRules? rules)
    {
        if (rules is null) return;
        if (rules.StabilizationWindowSeconds is { } window)
        {
            if (window < 0) at["stabilizationWindowSeconds"].Invalid(window, "must be greater than or equal to zero");
            if (window > StabilizationSecondsMax)
            {
                at["stabilizationWindowSeconds"].Invalid(
                    window, $"must be less than or equal to {StabilizationSecondsMax}");
            }
        }
        if (rules.SelectPolicy is { } select and not ("Max" or "Min" or "Disabled"))
            at["selectPolicy"].NotSupported(select, "Disabled", "Max", "Min");
        if (rules.Policies.Count == 0) at["policies"].Required("must specify at least one Policy");
        for (var i = 0; i < rules.Policies.Count; i++) CheckPolicy(at["policies"][i], rules.Policies[i]);
    }

    private static void CheckPolicy(FieldErrors at, HPAScalingPolicy policy)
    {
        if (policy.Type is not ("Pods" or "Percent")) at["type"].NotSupported(policy.Type, "Percent", "Pods");
        if (policy.Value <= 0) at["value"].Invalid(policy.Value, "must be greater than zero");
        if (policy.PeriodSeconds <= 0) at["periodSeconds"].Invalid(policy.PeriodSeconds, "must be greater than zero");
        if (policy.PeriodSeconds > PeriodSecondsMax)
            at["periodSeconds"].Invalid(policy.PeriodSeconds, $"must be less than or equal to {PeriodSecondsMax}");
    }
}
