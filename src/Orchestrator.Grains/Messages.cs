using Orchestrator.Api.Meta;

namespace Orchestrator.Grains;

/// <summary>How a write is to be carried out.</summary>
/// <param name="DryRun">Do everything but persist.</param>
/// <param name="FieldManager">Who writes, for managedFields; "" records nobody.</param>
/// <param name="FieldValidation"><c>Strict</c>, <c>Warn</c> or <c>Ignore</c>: what a patch does with unknown
/// fields.</param>
/// <param name="User">The authenticated user, for audit and defaults.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.WriteOptions")]
public sealed record WriteOptions(
    bool DryRun = false, string FieldManager = "unknown", string FieldValidation = "Warn", string User = "")
{
    /// <summary>
    /// How controllers write: no field manager, for their writes are many and nobody applies over them field by field.
    /// </summary>
    public static WriteOptions OfController { get; } = new(FieldManager: "");
}

/// <summary>A patch as it came over the wire.</summary>
/// <param name="ContentType"><c>application/json-patch+json</c>, <c>…merge-patch+json</c>,
/// <c>…strategic-merge-patch+json</c> or <c>application/apply-patch+yaml</c> (already JSON).</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Subresource">"", <c>status</c>, <c>scale</c> …</param>
/// <param name="Force">Apply only: take fields from other managers.</param>
/// <param name="Version">The version of the kind that the patch speaks of; null for the one that is stored.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.PatchRequest")]
public sealed record PatchRequest(
    string ContentType, byte[] Body, string Subresource, bool Force = false, string? Version = null);

/// <summary>A deletion with its options; nulls mean the kind's defaults.</summary>
[GenerateSerializer, Immutable, Alias("Orchestrator.DeleteRequest")]
public sealed record DeleteRequest
{
    /// <summary>Seconds a pod gets to end; null is the pod's own.</summary>
    [Id(0)]
    public long? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c>, <c>Orphan</c>.</summary>
    [Id(1)]
    public string? PropagationPolicy { get; init; }

    /// <summary>The UID the object must have.</summary>
    [Id(2)]
    public string? Uid { get; init; }

    /// <summary>The resourceVersion the object must have.</summary>
    [Id(3)]
    public string? ResourceVersion { get; init; }

    /// <summary>Do everything but persist.</summary>
    [Id(4)]
    public bool DryRun { get; init; }

    /// <summary>The object has the UID and the version that are asked for, if any are.</summary>
    public bool IsFor(ApiObject obj) =>
        (Uid is null || Uid == obj.Metadata.Uid)
        && (ResourceVersion is null || ResourceVersion == obj.Metadata.ResourceVersion);
}

/// <summary>What a write came to.</summary>
/// <param name="Object">The object as it stands now, its resourceVersion set; after a removal its last state.</param>
/// <param name="IsCreated">The write made the object.</param>
/// <param name="IsRemoved">The object is gone.</param>
/// <param name="Warnings">Sentences for the <c>Warning:</c> header.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.WriteResult")]
public sealed record WriteResult(
    ApiObject Object, bool IsCreated = false, bool IsRemoved = false, IReadOnlyList<string>? Warnings = null);

/// <summary>How a node is.</summary>
/// <param name="IsAttached">This activation runs the node; a new one may need a moment.</param>
/// <param name="IsEngineReachable">Its container engine answers.</param>
/// <param name="Why">What is the matter, if something is.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.NodePulse")]
public sealed record NodePulse(bool IsAttached, bool IsEngineReachable, string Why = "");

/// <summary>How many looks at a container, of one kind, ended one way.</summary>
[GenerateSerializer, Immutable, Alias("Orchestrator.ProbeCounter")]
public sealed record ProbeCounter
{
    /// <summary>Namespace of the pod.</summary>
    [Id(0)] public required string Namespace { get; init; }

    /// <summary>Name of the pod.</summary>
    [Id(1)] public required string Pod { get; init; }

    /// <summary>UID of the pod.</summary>
    [Id(2)] public required string PodUid { get; init; }

    /// <summary>Name of the container.</summary>
    [Id(3)] public required string Container { get; init; }

    /// <summary><c>Liveness</c>, <c>Readiness</c>, <c>Startup</c>.</summary>
    [Id(4)] public required string ProbeType { get; init; }

    /// <summary><c>successful</c>, <c>failed</c>, <c>unknown</c>.</summary>
    [Id(5)] public required string Result { get; init; }

    /// <summary>So many.</summary>
    [Id(6)] public required long Count { get; init; }
}
