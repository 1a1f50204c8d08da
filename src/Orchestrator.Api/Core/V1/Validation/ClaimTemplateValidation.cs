using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for claims that are made with a pod.</summary>
internal static class ClaimTemplateValidation
{
    /// <summary>The template itself.</summary>
    public static void Check(FieldErrors at, EphemeralVolumeSource source)
    {
        if (source.VolumeClaimTemplate is not { } template)
        {
            at.Required();
            return;
        }
        CheckMetadata(at["metadata"], template.Metadata);
        PersistentVolumeClaimValidation.CheckSpec(at["spec"], template.Spec ?? new());
    }

    /// <summary>The names of the claims, which come of the pod's.</summary>
    public static void CheckNames(FieldErrors at, Pod pod)
    {
        if (string.IsNullOrEmpty(pod.Metadata.Name)) return;
        var volumes = pod.Spec.Volumes;
        var made = volumes.Where(volume => volume.Ephemeral is not null)
            .Select(volume => ClaimNames.OfPodsOwn(pod, volume)).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < volumes.Count; i++)
        {
            var (volume, claim) = (volumes[i], ClaimNames.Of(pod, volumes[i]));
            if (claim is null || !made.Contains(claim)) continue;
            if (volume.PersistentVolumeClaim is not null)
            {
                at[i]["persistentVolumeClaim"]["claimName"].Invalid(
                    claim, "must not reference a PVC that gets created for an ephemeral volume");
            }
            else if (volume.Name.Length > 0)
            {
                foreach (var fault in NameRules.DnsSubdomain(claim))
                    at[i]["name"].Invalid(volume.Name, $"PVC name \"{claim}\": {fault}");
            }
        }
    }

    // The claim is called after its pod and volume, and is its pod's: there is nothing else for the user to say.
    private static void CheckMetadata(FieldErrors at, ObjectMeta meta)
    {
        ObjectMetaRules.CheckAnnotations(at["annotations"], meta.Annotations);
        ObjectMetaRules.CheckLabels(at["labels"], meta.Labels);
        (string Field, bool IsSet)[] others =
        [
            ("name", !string.IsNullOrEmpty(meta.Name)), ("generateName", !string.IsNullOrEmpty(meta.GenerateName)),
            ("namespace", !string.IsNullOrEmpty(meta.Namespace)), ("selfLink", !string.IsNullOrEmpty(meta.SelfLink)),
            ("uid", !string.IsNullOrEmpty(meta.Uid)),
            ("resourceVersion", !string.IsNullOrEmpty(meta.ResourceVersion)), ("generation", meta.Generation != 0),
            ("creationTimestamp", meta.CreationTimestamp is not null),
            ("deletionTimestamp", meta.DeletionTimestamp is not null),
            ("deletionGracePeriodSeconds", meta.DeletionGracePeriodSeconds is not null),
            ("ownerReferences", meta.OwnerReferences.Count > 0), ("finalizers", meta.Finalizers.Count > 0),
            ("managedFields", meta.ManagedFields.Count > 0),
        ];
        foreach (var (field, _) in others.Where(other => other.IsSet))
            at[field].Forbidden("cannot be set for an ephemeral volume");
    }
}
