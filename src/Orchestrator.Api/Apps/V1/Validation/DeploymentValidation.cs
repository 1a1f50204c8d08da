using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Apps.V1.Validation;

/// <summary>What holds for Deployments.</summary>
internal static class DeploymentValidation
{
    public static IReadOnlyList<FieldError> Check(Deployment deployment, Deployment? old)
    {
        // A status update leaves the spec untouched, and it comes often.
        if (old is not null && ReferenceEquals(deployment.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], deployment.Spec);
        at["replicas"].CheckNotNegative(spec.Replicas ?? 1);
        if (spec.Selector.IsEmpty()) at["selector"].Required();
        LabelSelectorRules.Check(at["selector"], spec.Selector);
        PodTemplateValidation.Check(at["template"], spec.Template, spec.Selector);
        CheckStrategy(at["strategy"], spec.Strategy ?? new DeploymentStrategy());
        at["minReadySeconds"].CheckNotNegative(spec.MinReadySeconds);
        at["revisionHistoryLimit"].CheckNotNegative(spec.RevisionHistoryLimit ?? 0);
        CheckDeadline(at["progressDeadlineSeconds"], spec);
        if (old is not null && !ApiJson.AreSame(spec.Selector, old.Spec.Selector))
        {
            at["selector"].Invalid(spec.Selector, "field is immutable");
        }
        return errors.Found;
    }

    private static void CheckDeadline(FieldErrors at, DeploymentSpec spec)
    {
        if (spec.ProgressDeadlineSeconds is not { } deadline) return;
        at.CheckNotNegative(deadline);
        if (deadline <= spec.MinReadySeconds) at.Invalid(deadline, "must be greater than minReadySeconds");
    }

    private static void CheckStrategy(FieldErrors at, DeploymentStrategy strategy)
    {
        switch (strategy.Type)
        {
            case "Recreate":
                if (strategy.RollingUpdate is not null)
                {
                    at["rollingUpdate"].Forbidden("may not be specified when strategy `type` is 'Recreate'");
                }
                break;
            case "RollingUpdate":
                CheckRollingUpdate(at["rollingUpdate"], strategy.RollingUpdate ?? new RollingUpdateDeployment());
                break;
            default:
                at["type"].NotSupported(
                    strategy.Type ?? "", Choices.Of<DeploymentStrategy>(nameof(DeploymentStrategy.Type)));
                break;
        }
    }

    private static void CheckRollingUpdate(FieldErrors at, RollingUpdateDeployment update)
    {
        var unavailable = update.MaxUnavailable ?? 0;
        var surge = update.MaxSurge ?? 0;
        CountRules.Check(at["maxUnavailable"], unavailable);
        CountRules.Check(at["maxSurge"], surge);
        // "0%" is 0 too; with both at 0 no step of the roll-out would be allowed.
        if (unavailable.Of(100, roundUp: true) == 0 && surge.Of(100, roundUp: true) == 0)
        {
            at["maxUnavailable"].Invalid(unavailable, "may not be 0 when `maxSurge` is 0");
        }
        if (unavailable.Text is not null && unavailable.Of(100, roundUp: true) > 100)
        {
            at["maxUnavailable"].Invalid(unavailable, "must not be greater than 100%");
        }
    }
}
