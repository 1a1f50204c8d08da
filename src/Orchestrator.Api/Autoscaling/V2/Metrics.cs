using Orchestrator.Api.Autoscaling.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Autoscaling.V2;

/// <summary>The <c>MetricSpec</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record MetricSpec
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    public ObjectMetricSource? Object { get; init; }
    public PodsMetricSource? Pods { get; init; }
    public ResourceMetricSource? Resource { get; init; }
    public ContainerResourceMetricSource? ContainerResource { get; init; }
    public ExternalMetricSource? External { get; init; }

    /// <summary>So many percent of the processor time that pods ask for.</summary>
    public static MetricSpec OfCpu(int percent) => new()
    {
        Type = "Resource",
        Resource = new()
        {
            Name = "cpu",
            Target = new() { Type = "Utilization", AverageUtilization = percent },
        },
    };
}

/// <summary>The <c>ObjectMetricSource</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ObjectMetricSource
{
    public CrossVersionObjectReference DescribedObject { get; init => field = value ?? new(); } = new();
    public MetricTarget Target { get; init => field = value ?? new(); } = new();
    public MetricIdentifier Metric { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>PodsMetricSource</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record PodsMetricSource
{
    public MetricIdentifier Metric { get; init => field = value ?? new(); } = new();
    public MetricTarget Target { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ResourceMetricSource</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ResourceMetricSource
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public MetricTarget Target { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ContainerResourceMetricSource</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ContainerResourceMetricSource
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public MetricTarget Target { get; init => field = value ?? new(); } = new();
    [KeepEmpty]
    public string Container { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>ExternalMetricSource</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ExternalMetricSource
{
    public MetricIdentifier Metric { get; init => field = value ?? new(); } = new();
    public MetricTarget Target { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>MetricIdentifier</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record MetricIdentifier
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public LabelSelector? Selector { get; init; }
}

/// <summary>The <c>MetricTarget</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record MetricTarget
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    public Quantity? Value { get; init; }
    public Quantity? AverageValue { get; init; }
    public int? AverageUtilization { get; init; }
}

/// <summary>The <c>MetricStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record MetricStatus
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    public ObjectMetricStatus? Object { get; init; }
    public PodsMetricStatus? Pods { get; init; }
    public ResourceMetricStatus? Resource { get; init; }
    public ContainerResourceMetricStatus? ContainerResource { get; init; }
    public ExternalMetricStatus? External { get; init; }
}

/// <summary>The <c>ObjectMetricStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ObjectMetricStatus
{
    public MetricIdentifier Metric { get; init => field = value ?? new(); } = new();
    public MetricValueStatus Current { get; init => field = value ?? new(); } = new();
    public CrossVersionObjectReference DescribedObject { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>PodsMetricStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record PodsMetricStatus
{
    public MetricIdentifier Metric { get; init => field = value ?? new(); } = new();
    public MetricValueStatus Current { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ResourceMetricStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ResourceMetricStatus
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public MetricValueStatus Current { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>ContainerResourceMetricStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ContainerResourceMetricStatus
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public MetricValueStatus Current { get; init => field = value ?? new(); } = new();
    [KeepEmpty]
    public string Container { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>ExternalMetricStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record ExternalMetricStatus
{
    public MetricIdentifier Metric { get; init => field = value ?? new(); } = new();
    public MetricValueStatus Current { get; init => field = value ?? new(); } = new();
}

/// <summary>The <c>MetricValueStatus</c> of the Kubernetes autoscaling/v2 schema.</summary>
public sealed record MetricValueStatus
{
    public Quantity? Value { get; init; }
    public Quantity? AverageValue { get; init; }
    public int? AverageUtilization { get; init; }
}
