using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1.Validation;

/// <summary>What holds for StatefulSets.</summary>
internal static class StatefulSetValidation
{
    public static IReadOnlyList<FieldError> Check(StatefulSet set, StatefulSet? old)
    {
        // A status update leaves the spec untouched, and it comes often.
        if (old is not null && ReferenceEquals(set.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], set.Spec);
        CheckPolicy(at["podManagementPolicy"], spec.PodManagementPolicy);
        CheckStrategy(at["updateStrategy"], spec.UpdateStrategy);
        CheckRetention(at["persistentVolumeClaimRetentionPolicy"], spec.PersistentVolumeClaimRetentionPolicy);
        at["replicas"].CheckNotNegative(spec.Replicas ?? 1);
        at["minReadySeconds"].CheckNotNegative(spec.MinReadySeconds);
        at["revisionHistoryLimit"].CheckNotNegative(spec.RevisionHistoryLimit ?? 0);
        at["ordinals"]["start"].CheckNotNegative(spec.Ordinals?.Start ?? 0);
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        if (spec.Selector.IsEmpty())
        {
            at["selector"].Invalid(spec.Selector, "empty selector is invalid for statefulset");
        }
        else PodTemplateValidation.CheckLabels(at["template"], spec.Template, spec.Selector);
        PodTemplateValidation.Check(at["template"], WithClaims(spec));
        CheckTemplate(at["template"]["spec"], spec.Template.Spec);
        if (old is not null && !ApiJson.AreSame(Fixed(spec), Fixed(old.Spec)))
        {
            at.Forbidden("updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                + "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
                + "'minReadySeconds' are forbidden");
        }
        return errors.Found;
    }

    // Containers mount the claims by name as if they were volumes of the template.
    private static PodTemplateSpec WithClaims(StatefulSetSpec spec)
    {
        var named = spec.Template.Spec.Volumes.Select(volume => volume.Name).ToHashSet();
        var claims = spec.VolumeClaimTemplates.Select(claim => claim.Metadata.Name ?? "")
            .Where(name => name.Length > 0 && named.Add(name))
            .Select(name => new Volume { Name = name, PersistentVolumeClaim = new() { ClaimName = name } });
        return spec.Template with
        {
            Spec = spec.Template.Spec with { Volumes = [.. spec.Template.Spec.Volumes, .. claims] },
        };
    }

    private static void CheckTemplate(FieldErrors at, PodSpec pod)
    {
        if (pod.RestartPolicy is "OnFailure" or "Never") at["restartPolicy"].NotSupported(pod.RestartPolicy, "Always");
        if (pod.ActiveDeadlineSeconds is not null)
        {
            at["activeDeadlineSeconds"].Forbidden("activeDeadlineSeconds in StatefulSet is not Supported");
        }
    }

    private static void CheckPolicy(FieldErrors at, string? policy)
    {
        if (string.IsNullOrEmpty(policy)) at.Required();
        else if (policy is not ("OrderedReady" or "Parallel"))
        {
            at.Invalid(policy, "must be 'OrderedReady' or 'Parallel'");
        }
    }

    private static void CheckStrategy(FieldErrors at, StatefulSetUpdateStrategy strategy)
    {
        switch (strategy.Type)
        {
            case null or "":
                at.Required();
                break;
            case "OnDelete":
                if (strategy.RollingUpdate is not null)
                {
                    at["rollingUpdate"].Invalid(
                        new GoLiteral(strategy.RollingUpdate), "only allowed for updateStrategy 'RollingUpdate'");
                }
                break;
            case "RollingUpdate":
                if (strategy.RollingUpdate is not { } rolling) break;
                at["rollingUpdate"]["partition"].CheckNotNegative(rolling.Partition ?? 0);
                if (rolling.MaxUnavailable is not { } unavailable) break;
                CountRules.Check(at["rollingUpdate"]["maxUnavailable"], unavailable);
                if (unavailable.Of(100, roundUp: true) == 0)
                {
                    at["rollingUpdate"]["maxUnavailable"].Invalid(unavailable, "cannot be 0");
                }
                CountRules.CheckAtMostAll(at["rollingUpdate"]["maxUnavailable"], unavailable);
                break;
            default:
                at.Invalid(new GoLiteral(strategy), "must be 'RollingUpdate' or 'OnDelete'");
                break;
        }
    }

    private static void CheckRetention(FieldErrors at, StatefulSetPersistentVolumeClaimRetentionPolicy? policy)
    {
        if (policy is null) return;
        if (policy.WhenDeleted is not ("Retain" or "Delete"))
        {
            at["whenDeleted"].NotSupported(policy.WhenDeleted ?? "", "Delete", "Retain");
        }
        if (policy.WhenScaled is not ("Retain" or "Delete"))
        {
            at["whenScaled"].NotSupported(policy.WhenScaled ?? "", "Delete", "Retain");
        }
    }

    // What of the spec may never change.
    private static StatefulSetSpec Fixed(StatefulSetSpec spec) => spec with
    {
        Replicas = null,
        Ordinals = null,
        Template = new(),
        UpdateStrategy = new(),
        RevisionHistoryLimit = null,
        PersistentVolumeClaimRetentionPolicy = null,
        MinReadySeconds = 0,
    };
}
