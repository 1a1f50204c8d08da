using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for the templates that controllers make pods of.</summary>
internal static class PodTemplateValidation
{
    /// <summary>The template itself, and that the controller's selector selects the pods made of it.</summary>
    public static void Check(FieldErrors at, PodTemplateSpec template, LabelSelector selector)
    {
        CheckLabels(at, template, selector);
        Check(at, template);
        CheckForEver(at["spec"], template.Spec, "ReplicaSet");
    }

    /// <summary>Its pods run for ever.</summary>
    public static void CheckForEver(FieldErrors at, PodSpec spec, string controller)
    {
        if (spec.RestartPolicy is "OnFailure" or "Never")
        {
            at["restartPolicy"].NotSupported(spec.RestartPolicy, "Always");
        }
        if (spec.ActiveDeadlineSeconds is not null)
        {
            at["activeDeadlineSeconds"].Forbidden($"activeDeadlineSeconds in {controller} is not Supported");
        }
    }

    /// <summary>The selector selects the pods made of the template; an empty one does not.</summary>
    public static void CheckLabels(FieldErrors at, PodTemplateSpec template, LabelSelector selector)
    {
        var labels = template.Metadata.Labels;
        // A selector that cannot be read is an error of its own; whom it selects is then no question.
        var isReadable = selector.MatchExpressions.All(
            e => e.Operator is "In" or "NotIn" or "Exists" or "DoesNotExist");
        if (selector.IsEmpty() || (isReadable && !LabelSelectors.Matches(selector, labels)))
        {
            at["metadata"]["labels"].Invalid(labels, "`selector` does not match template `labels`");
        }
    }

    /// <summary>The template itself, whatever the controller.</summary>
    public static void Check(FieldErrors at, PodTemplateSpec template)
    {
        var labels = template.Metadata.Labels;
        ObjectMetaRules.CheckLabels(at["metadata"]["labels"], labels);
        ObjectMetaRules.CheckAnnotations(at["metadata"]["annotations"], template.Metadata.Annotations);
        PodSpecValidation.Check(at["spec"], template.Spec, isPod: false);
        if (template.Spec.EphemeralContainers.Count > 0)
        {
            at["spec"]["ephemeralContainers"].Forbidden("ephemeral containers not allowed in pod template");
        }
    }
}
