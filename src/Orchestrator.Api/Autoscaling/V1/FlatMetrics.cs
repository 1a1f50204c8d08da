using Orchestrator.Api.Autoscaling.V2;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V1;

/// <summary>Metrics as autoscaling/v1 writes them: with the target beside the name, and not inside a record.</summary>
internal static class FlatMetrics
{
    public static FlatMetric Of(MetricSpec metric) => new()
    {
        Type = metric.Type,
        Object = metric.Object is not { } one ? null : new()
        {
            Target = one.DescribedObject,
            MetricName = one.Metric.Name,
            TargetValue = one.Target.Value ?? Quantity.Zero,
            Selector = one.Metric.Selector,
            AverageValue = one.Target.AverageValue,
        },
        Pods = metric.Pods is not { } pods ? null : new()
        {
            MetricName = pods.Metric.Name,
            TargetAverageValue = pods.Target.AverageValue ?? Quantity.Zero,
            Selector = pods.Metric.Selector,
        },
        Resource = metric.Resource is not { } resource ? null : OfResource(resource.Name, null, resource.Target),
        ContainerResource = metric.ContainerResource is not { } inner ? null
            : OfResource(inner.Name, inner.Container, inner.Target),
        External = metric.External is not { } external ? null : new()
        {
            MetricName = external.Metric.Name,
            MetricSelector = external.Metric.Selector,
            TargetValue = external.Target.Value,
            TargetAverageValue = external.Target.AverageValue,
        },
    };

    public static FlatMetric Of(MetricStatus metric) => new()
    {
        Type = metric.Type,
        Object = metric.Object is not { } one ? null : new()
        {
            Target = one.DescribedObject,
            MetricName = one.Metric.Name,
            CurrentValue = one.Current.Value ?? Quantity.Zero,
            Selector = one.Metric.Selector,
            AverageValue = one.Current.AverageValue,
        },
        Pods = metric.Pods is not { } pods ? null : new()
        {
            MetricName = pods.Metric.Name,
            CurrentAverageValue = pods.Current.AverageValue ?? Quantity.Zero,
            Selector = pods.Metric.Selector,
        },
        Resource = metric.Resource is not { } resource ? null : OfResource(resource.Name, null, resource.Current),
        ContainerResource = metric.ContainerResource is not { } inner ? null
            : OfResource(inner.Name, inner.Container, inner.Current),
        External = metric.External is not { } external ? null : new()
        {
            MetricName = external.Metric.Name,
            MetricSelector = external.Metric.Selector,
            CurrentValue = external.Current.Value ?? Quantity.Zero,
            CurrentAverageValue = external.Current.AverageValue,
        },
    };

    /// <summary>A target.</summary>
    public static MetricSpec Read(FlatMetric metric) => new()
    {
        Type = metric.Type,
        Object = metric.Object is not { } one ? null : new()
        {
            DescribedObject = one.Target ?? new(),
            Metric = Identifier(one),
            Target = one.AverageValue is { } average
                ? new() { Type = "AverageValue", Value = Amount(one.TargetValue), AverageValue = average }
                : new() { Type = "Value", Value = one.TargetValue },
        },
        Pods = metric.Pods is not { } pods ? null : new()
        {
            Metric = Identifier(pods),
            Target = new() { Type = "AverageValue", AverageValue = pods.TargetAverageValue },
        },
        Resource = metric.Resource is not { } resource ? null
            : new() { Name = resource.Name ?? "", Target = OfResource(resource) },
        ContainerResource = metric.ContainerResource is not { } inner ? null
            : new() { Name = inner.Name ?? "", Container = inner.Container ?? "", Target = OfResource(inner) },
        External = metric.External is not { } external ? null : new()
        {
            Metric = Identifier(external),
            Target = new()
            {
                Type = external.TargetValue is null ? "AverageValue" : "Value",
                Value = external.TargetValue,
                AverageValue = external.TargetAverageValue,
            },
        },
    };

    /// <summary>What was measured.</summary>
    public static MetricStatus ReadStatus(FlatMetric metric) => new()
    {
        Type = metric.Type,
        Object = metric.Object is not { } one ? null : new()
        {
            DescribedObject = one.Target ?? new(),
            Metric = Identifier(one),
            Current = new() { Value = Amount(one.CurrentValue), AverageValue = one.AverageValue },
        },
        Pods = metric.Pods is not { } pods ? null
            : new() { Metric = Identifier(pods), Current = new() { AverageValue = pods.CurrentAverageValue } },
        Resource = metric.Resource is not { } resource ? null
            : new() { Name = resource.Name ?? "", Current = Used(resource) },
        ContainerResource = metric.ContainerResource is not { } inner ? null
            : new() { Name = inner.Name ?? "", Container = inner.Container ?? "", Current = Used(inner) },
        External = metric.External is not { } external ? null : new()
        {
            Metric = Identifier(external),
            Current = new() { Value = Amount(external.CurrentValue), AverageValue = external.CurrentAverageValue },
        },
    };

    private static FlatSource OfResource(string name, string? container, MetricTarget target) => new()
    {
        Name = name,
        Container = container,
        TargetAverageUtilization = target.AverageUtilization,
        TargetAverageValue = target.AverageValue,
    };

    private static FlatSource OfResource(string name, string? container, MetricValueStatus current) => new()
    {
        Name = name,
        Container = container,
        CurrentAverageUtilization = current.AverageUtilization,
        CurrentAverageValue = current.AverageValue ?? Quantity.Zero,
    };

    private static MetricTarget OfResource(FlatSource source) => new()
    {
        Type = source.TargetAverageUtilization is null ? "AverageValue" : "Utilization",
        AverageUtilization = source.TargetAverageUtilization,
        AverageValue = source.TargetAverageValue,
    };

    private static MetricValueStatus Used(FlatSource source) => new()
    {
        AverageUtilization = source.CurrentAverageUtilization,
        AverageValue = Amount(source.CurrentAverageValue),
    };

    private static MetricIdentifier Identifier(FlatSource source) =>
        new() { Name = source.MetricName ?? "", Selector = source.Selector ?? source.MetricSelector };

    // The flat form writes zero where nothing was said.
    private static Quantity? Amount(Quantity? amount) => amount == Quantity.Zero ? null : amount;
}

/// <summary>A target or a measurement: its type, and the source of that type.</summary>
internal sealed record FlatMetric
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    public FlatSource? Object { get; init; }
    public FlatSource? Pods { get; init; }
    public FlatSource? Resource { get; init; }
    public FlatSource? ContainerResource { get; init; }
    public FlatSource? External { get; init; }
}

/// <summary>All that a source of any type may say, of a target (target…) or of a measurement (current…).</summary>
internal sealed record FlatSource
{
    public CrossVersionObjectReference? Target { get; init; }
    public string? Name { get; init; }
    public string? MetricName { get; init; }
    public LabelSelector? MetricSelector { get; init; }
    public Quantity? TargetValue { get; init; }
    public Quantity? CurrentValue { get; init; }
    public int? TargetAverageUtilization { get; init; }
    public Quantity? TargetAverageValue { get; init; }
    public int? CurrentAverageUtilization { get; init; }
    public Quantity? CurrentAverageValue { get; init; }
    public string? Container { get; init; }
    public LabelSelector? Selector { get; init; }
    public Quantity? AverageValue { get; init; }
}
