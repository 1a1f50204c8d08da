using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Storage.V1;

namespace Orchestrator.Reconcilers.Volumes;

/// <summary>Whether a claim may ask for more than it did. The texts are the reference's.</summary>
public static class ClaimGrowth
{
    /// <summary>Refuses growth that nobody could bring about.</summary>
    /// <exception cref="ApiException">403, with what stands in the way.</exception>
    public static void Refuse(
        PersistentVolumeClaim next, PersistentVolumeClaim before, Func<string, StorageClass?> findClass)
    {
        if (Requested(next) <= Requested(before)) return;
        var name = before.Metadata.Name ?? "";
        if (before.Status.Phase != "Bound")
        {
            throw ApiException.Forbidden(
                PersistentVolumeClaim.Kind, name, "Only bound persistent volume claims can be expanded");
        }
        var storage = ClaimClasses.Of(next);
        if (storage.Length > 0 && storage == ClaimClasses.Of(before)
            && findClass(storage)?.AllowVolumeExpansion == true)
        {
            return;
        }
        throw ApiException.Forbidden(PersistentVolumeClaim.Kind, name,
            "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must "
            + "support resize");
    }

    /// <summary>How much the claim asks for.</summary>
    public static Quantity Requested(PersistentVolumeClaim claim) =>
        claim.Spec.Resources?.Requests.GetValueOrDefault("storage") ?? Quantity.Zero;
}
