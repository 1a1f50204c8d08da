using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1.Validation;

/// <summary>What holds for ReplicaSets.</summary>
internal static class ReplicaSetValidation
{
    public static IReadOnlyList<FieldError> Check(ReplicaSet set, ReplicaSet? old)
    {
        // A status update leaves the spec untouched, and it comes often.
        if (old is not null && ReferenceEquals(set.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], set.Spec);
        at["replicas"].CheckNotNegative(spec.Replicas ?? 1);
        at["minReadySeconds"].CheckNotNegative(spec.MinReadySeconds);
        if (spec.Selector.IsEmpty()) at["selector"].Required();
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        PodTemplateValidation.Check(at["template"], spec.Template, spec.Selector);
        if (old is not null && !ApiJson.AreSame(spec.Selector, old.Spec.Selector))
        {
            at["selector"].Invalid(spec.Selector, "field is immutable");
        }
        return errors.Found;
    }
}
