using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1;

/// <summary>The <c>EnvVar</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EnvVar
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    public string? Value { get; init; }
    public EnvVarSource? ValueFrom { get; init; }
}

/// <summary>The <c>EnvVarSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EnvVarSource
{
    public ObjectFieldSelector? FieldRef { get; init; }
    public ResourceFieldSelector? ResourceFieldRef { get; init; }
    public ConfigMapKeySelector? ConfigMapKeyRef { get; init; }
    public SecretKeySelector? SecretKeyRef { get; init; }
}

/// <summary>The <c>EnvFromSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record EnvFromSource
{
    public string? Prefix { get; init; }
    public ConfigMapEnvSource? ConfigMapRef { get; init; }
    public SecretEnvSource? SecretRef { get; init; }
}

/// <summary>The <c>ConfigMapEnvSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ConfigMapEnvSource
{
    public string? Name { get; init; }
    public bool? Optional { get; init; }
}

/// <summary>The <c>SecretEnvSource</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SecretEnvSource
{
    public string? Name { get; init; }
    public bool? Optional { get; init; }
}

/// <summary>The <c>ConfigMapKeySelector</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ConfigMapKeySelector
{
    public string? Name { get; init; }
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    public bool? Optional { get; init; }
}

/// <summary>The <c>SecretKeySelector</c> of the Kubernetes core/v1 schema.</summary>
public sealed record SecretKeySelector
{
    public string? Name { get; init; }
    [KeepEmpty]
    public string Key { get; init => field = value ?? ""; } = "";
    public bool? Optional { get; init; }
}

/// <summary>The <c>ObjectFieldSelector</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ObjectFieldSelector
{
    public string? ApiVersion { get; init; }
    [KeepEmpty]
    public string FieldPath { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>ResourceFieldSelector</c> of the Kubernetes core/v1 schema.</summary>
public sealed record ResourceFieldSelector
{
    public string? ContainerName { get; init; }
    [KeepEmpty]
    public string Resource { get; init => field = value ?? ""; } = "";
    public Quantity? Divisor { get; init; }
}
