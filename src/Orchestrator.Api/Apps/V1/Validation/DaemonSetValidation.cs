using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1.Validation;

/// <summary>What holds for DaemonSets.</summary>
internal static class DaemonSetValidation
{
    public static IReadOnlyList<FieldError> Check(DaemonSet set, DaemonSet? old)
    {
        // A status update leaves the spec untouched, and it comes often.
        if (old is not null && ReferenceEquals(set.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], set.Spec);
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        if (spec.Selector.IsEmpty()) at["selector"].Invalid(spec.Selector, "empty selector is invalid for daemonset");
        else PodTemplateValidation.CheckLabels(at["template"], spec.Template, spec.Selector);
        PodTemplateValidation.Check(at["template"], spec.Template);
        var pod = spec.Template.Spec;
        if (pod.RestartPolicy is "OnFailure" or "Never")
        {
            at["template"]["spec"]["restartPolicy"].NotSupported(pod.RestartPolicy, "Always");
        }
        if (pod.ActiveDeadlineSeconds is not null)
        {
            at["template"]["spec"]["activeDeadlineSeconds"].Forbidden(
                "activeDeadlineSeconds in DaemonSet is not Supported");
        }
        at["minReadySeconds"].CheckNotNegative(spec.MinReadySeconds);
        CheckStrategy(at["updateStrategy"], spec.UpdateStrategy);
        at["revisionHistoryLimit"].CheckNotNegative(spec.RevisionHistoryLimit ?? 0);
        if (old is not null && !ApiJson.AreSame(spec.Selector, old.Spec.Selector))
        {
            at["selector"].Invalid(spec.Selector, "field is immutable");
        }
        return errors.Found;
    }

    private static void CheckStrategy(FieldErrors at, DaemonSetUpdateStrategy strategy)
    {
        if (strategy.Type == "OnDelete") return;
        if (strategy.Type != "RollingUpdate")
        {
            at["type"].NotSupported(
                strategy.Type ?? "", Choices.Of<DaemonSetUpdateStrategy>(nameof(DaemonSetUpdateStrategy.Type)));
            return;
        }
        var unavailable = strategy.RollingUpdate?.MaxUnavailable ?? 1;
        var surge = strategy.RollingUpdate?.MaxSurge ?? 0;
        var rolling = at["rollingUpdate"];
        CountRules.Check(rolling["maxUnavailable"], unavailable);
        CountRules.Check(rolling["maxSurge"], surge);
        var (isUnavailable, isSurging) = (unavailable.Of(100, roundUp: true) != 0, surge.Of(100, roundUp: true) != 0);
        if (isUnavailable && isSurging)
        {
            rolling["maxSurge"].Invalid(surge, "may not be set when maxUnavailable is non-zero");
        }
        else if (!isUnavailable && !isSurging)
        {
            rolling["maxUnavailable"].Required("cannot be 0 when maxSurge is 0");
        }
        CountRules.CheckAtMostAll(rolling["maxUnavailable"], unavailable);
        CountRules.CheckAtMostAll(rolling["maxSurge"], surge);
    }
}
