using System.Text.Json;

namespace Orchestrator.Api.Meta;

/// <summary>Names, identity, versions and ownership: the metadata every object carries.</summary>
public sealed record ObjectMeta
{
    public string? Name { get; init; }
    public string? GenerateName { get; init; }
    public string? Namespace { get; init; }
    public string? SelfLink { get; init; }
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
    public long Generation { get; init; }
    public DateTimeOffset? CreationTimestamp { get; init; }
    public DateTimeOffset? DeletionTimestamp { get; init; }
    public long? DeletionGracePeriodSeconds { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? Map<string>.Empty; } =
        Map<string>.Empty;
    public IReadOnlyList<OwnerReference> OwnerReferences { get; init => field = value ?? []; } = [];
    public IReadOnlyList<string> Finalizers { get; init => field = value ?? []; } = [];
    public IReadOnlyList<ManagedFieldsEntry> ManagedFields { get; init => field = value ?? []; } = [];
}

/// <summary>Points at the object this one belongs to. The UID decides, for names are reused.</summary>
public sealed record OwnerReference
{
    [KeepEmpty]
    public string Kind { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Name { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string Uid { get; init => field = value ?? ""; } = "";
    [KeepEmpty]
    public string ApiVersion { get; init => field = value ?? ""; } = "";
    public bool? Controller { get; init; }
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>The <c>ManagedFieldsEntry</c> of the Kubernetes meta/v1 schema.</summary>
public sealed record ManagedFieldsEntry
{
    public string? Manager { get; init; }
    public string? Operation { get; init; }
    public string? ApiVersion { get; init; }
    public DateTimeOffset? Time { get; init; }
    public string? FieldsType { get; init; }
    public JsonElement? FieldsV1 { get; init; }
    public string? Subresource { get; init; }
}
