using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>
/// The class of a claim: "" asks for volumes without a class, and none at all gets the cluster's, now or later.
/// </summary>
public static class ClaimClasses
{
    /// <summary>The class that the claim names, or "".</summary>
    public static string Of(PersistentVolumeClaim claim) => Of(claim, claim.Spec.StorageClassName) ?? "";

    /// <summary>The class that the volume names, or "".</summary>
    public static string Of(PersistentVolume volume) => Of(volume, volume.Spec.StorageClassName) ?? "";

    /// <summary>The claim says nothing of a class.</summary>
    public static bool IsUnsaid(PersistentVolumeClaim claim) => Of(claim, claim.Spec.StorageClassName) is null;

    /// <summary>The class of claims that name none: the newest of those marked, then the first by name.</summary>
    public static StorageClass? Default(IEnumerable<StorageClass> classes) => classes
        .Where(storage => storage.IsForAll() && storage.Metadata.DeletionTimestamp is null)
        .OrderByDescending(storage => storage.Metadata.CreationTimestamp)
        .ThenBy(storage => storage.Metadata.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>The claim with the class of the cluster, if it names none and there is one.</summary>
    public static PersistentVolumeClaim WithDefault(PersistentVolumeClaim claim, IEnumerable<StorageClass> classes) =>
        IsUnsaid(claim) && Default(classes) is { } storage
            ? claim with { Spec = claim.Spec with { StorageClassName = storage.Metadata.Name } }
            : claim;

    /// <summary>Its claims are bound when it is known where their first pod runs.</summary>
    public static bool Waits(StorageClass? storage) => storage?.VolumeBindingMode == "WaitForFirstConsumer";

    private static string? Of(ApiObject obj, string? name) =>
        obj.Metadata.Annotations.GetValueOrDefault(VolumeAnnotations.StorageClass) ?? name;
}
