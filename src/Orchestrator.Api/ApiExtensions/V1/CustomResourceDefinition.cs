using Orchestrator.Api.ApiExtensions.V1.Validation;
using Orchestrator.Api.Core.V1.Printing;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.ApiExtensions.V1;

/// <summary>Declares a kind that users bring: its names, its versions and what its objects look like.</summary>
public sealed record CustomResourceDefinition : ApiObject
{
    /// <summary>Holds a definition until the last of its objects is gone.</summary>
    public const string CleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io";

    /// <summary>The declaration of the kind.</summary>
    public static Kind<CustomResourceDefinition> Kind { get; } =
        new("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions")
        {
            ShortNames = ["crd", "crds"],
            Categories = ["api-extensions"],
            IsNamespaced = false,
            HasGeneration = true,
            UpdateNeedsVersion = true,
            Subresources = [Subresource.Status],
            DeletionFinalizers = [CleanupFinalizer],
            Columns = [Cells.Name<CustomResourceDefinition>(), Cells.CreatedAt<CustomResourceDefinition>()],
            Default = DefinitionDefaults.Apply,
            Validate = DefinitionValidation.Check,
            Warn = DefinitionWarnings.Of,
            PrepareCreate = static definition => definition with
            {
                Status = new() { StoredVersions = [.. StorageVersions(definition.Spec)] },
            },
            PrepareUpdate = static (sent, stored) => sent with
            {
                Status = stored.Status with
                {
                    StoredVersions = [.. stored.Status.StoredVersions.Union(StorageVersions(sent.Spec))],
                },
            },
            PrepareStatusUpdate = static (sent, stored) => stored with { Status = sent.Status },
        };

    public CustomResourceDefinitionSpec Spec { get; init => field = value ?? new(); } = new();
    public CustomResourceDefinitionStatus Status { get; init => field = value ?? new(); } = new();

    /// <summary>A condition of that type is true.</summary>
    public bool Is(string condition) => Status.Conditions.Any(item => item.Type == condition && item.Status == "True");

    private static IEnumerable<string> StorageVersions(CustomResourceDefinitionSpec spec) =>
        spec.Versions.Where(version => version.Storage).Select(version => version.Name);
}

/// <summary>The <c>CustomResourceDefinitionSpec</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceDefinitionSpec
{
    [KeepEmpty]
    public string Group { get; init => field = value ?? ""; } = "";
    public CustomResourceDefinitionNames Names { get; init => field = value ?? new(); } = new();
    [KeepEmpty]
    public string Scope { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public IReadOnlyList<CustomResourceDefinitionVersion> Versions { get; init => field = value ?? []; } = [];
    public CustomResourceConversion? Conversion { get; init; }
    public bool PreserveUnknownFields { get; init; }
}

/// <summary>The <c>CustomResourceDefinitionNames</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceDefinitionNames
{
    [KeepEmpty]
    public string Plural { get; init => field = value ?? ""; } = "";
    public string? Singular { get; init; }
    public IReadOnlyList<string> ShortNames { get; init => field = value ?? []; } = [];
    [KeepEmpty]
    public string Kind { get; init => field = value ?? ""; } = "";
    public string? ListKind { get; init; }
    public IReadOnlyList<string> Categories { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>CustomResourceDefinitionVersion</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceDefinitionVersion
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public bool Served { get; init; }
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)]
    public bool Storage { get; init; }
    public bool Deprecated { get; init; }
    public string? DeprecationWarning { get; init; }
    public CustomResourceValidation? Schema { get; init; }
    public CustomResourceSubresources? Subresources { get; init; }
    public IReadOnlyList<CustomResourceColumnDefinition> AdditionalPrinterColumns
    {
        get;
        init => field = value ?? [];
    } = [];
    public IReadOnlyList<SelectableField> SelectableFields { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>CustomResourceValidation</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceValidation
{
    public JSONSchemaProps? OpenAPIV3Schema { get; init; }
}

/// <summary>The <c>CustomResourceSubresources</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceSubresources
{
    public CustomResourceSubresourceStatus? Status { get; init; }
    public CustomResourceSubresourceScale? Scale { get; init; }
}

/// <summary>The <c>CustomResourceSubresourceStatus</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceSubresourceStatus;

/// <summary>The <c>CustomResourceSubresourceScale</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceSubresourceScale
{
    [KeepEmpty]
    public string SpecReplicasPath { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string StatusReplicasPath { get; init => field = value ?? ""; } = "";
    public string? LabelSelectorPath { get; init; }
}

/// <summary>The <c>CustomResourceColumnDefinition</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceColumnDefinition
{
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    public string? Format { get; init; }
    public string? Description { get; init; }
    public int Priority { get; init; }
    [KeepEmpty]
    public string JsonPath { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>SelectableField</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record SelectableField
{
    [KeepEmpty]
    public string JsonPath { get; init => field = value ?? ""; } = "";
}

/// <summary>The <c>CustomResourceConversion</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceConversion
{
    [KeepEmpty]
    public string Strategy { get; init => field = value ?? ""; } = "";
    public System.Text.Json.JsonElement? Webhook { get; init; }
}

/// <summary>The <c>CustomResourceDefinitionStatus</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceDefinitionStatus
{
    [KeepEmpty]
    public IReadOnlyList<CustomResourceDefinitionCondition> Conditions { get; init => field = value ?? []; } = [];
    public CustomResourceDefinitionNames AcceptedNames { get; init => field = value ?? new(); } = new();
    [KeepEmpty]
    public IReadOnlyList<string> StoredVersions { get; init => field = value ?? []; } = [];
}

/// <summary>The <c>CustomResourceDefinitionCondition</c> of the Kubernetes apiextensions/v1 schema.</summary>
public sealed record CustomResourceDefinitionCondition
{
    [KeepEmpty]
    public string Type { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Status { get; init => field = value ?? ""; } = "";
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}
