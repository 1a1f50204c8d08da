using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for ReplicationControllers.</summary>
internal static class ReplicationControllerValidation
{
    public static IReadOnlyList<FieldError> Check(ReplicationController rc, ReplicationController? old)
    {
        if (old is not null && ReferenceEquals(rc.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], rc.Spec);
        at["minReadySeconds"].CheckNotNegative(spec.MinReadySeconds);
        if (spec.Selector.Count == 0) at["selector"].Required();
        at["replicas"].CheckNotNegative(spec.Replicas ?? 1);
        if (spec.Template is not { } template)
        {
            at["template"].Required();
            return errors.Found;
        }
        var labels = template.Metadata.Labels;
        if (!LabelSelectors.Matches(new LabelSelector { MatchLabels = spec.Selector }, labels))
        {
            at["template"]["metadata"]["labels"].Invalid(labels, "`selector` does not match template `labels`");
        }
        PodTemplateValidation.Check(at["template"], template);
        PodTemplateValidation.CheckForEver(at["template"]["spec"], template.Spec, "ReplicationController");
        return errors.Found;
    }
}
