using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;

namespace Orchestrator.Api.Batch.V1.Validation;

/// <summary>What holds for Jobs.</summary>
internal static class JobValidation
{
    private const string Immutable = "field is immutable";

    public static IReadOnlyList<FieldError> Check(Job job, Job? old)
    {
        // A status update leaves the spec untouched, and it comes often.
        if (old is not null && ReferenceEquals(job.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var at = errors["spec"];
        CheckGeneratedSelector(errors, job);
        JobSpecValidation.Check(at, job.Spec);
        if (job.Spec.Selector is { } selector)
        {
            LabelSelectorRules.Check(at["selector"], selector);
            PodTemplateValidation.CheckLabels(at["template"], job.Spec.Template, selector);
        }
        else at["selector"].Required();
        if (job.Spec is { CompletionMode: "Indexed", Completions: > 0 and { } completions })
        {
            // The pod of index i has the host name <job>-<i>.
            var host = $"{job.Metadata.Name}-{completions - 1}";
            if (NameRules.DnsLabel(host).Any())
            {
                errors["metadata"]["name"].Invalid(
                    job.Metadata.Name, $"will not able to create pod with invalid DNS label: {host}");
            }
        }
        if (old is not null) CheckUpdate(at, job.Spec, old);
        return errors.Found;
    }

    private static void CheckGeneratedSelector(FieldErrors errors, Job job)
    {
        if (job.Spec.ManualSelector == true || job.Spec.Selector is not { } selector) return;
        var labels = job.Spec.Template.Metadata.Labels;
        var at = errors["spec"]["template"]["metadata"]["labels"];
        var expected = JobSelectors.Labels(job.Metadata);
        foreach (var (key, value) in expected)
        {
            if (!labels.TryGetValue(key, out var actual)) at.Key(key).Required($"must be '{value}'");
            else if (actual != value) at.Key(key).Invalid(labels, $"must be '{value}'");
        }
        if (!LabelSelectors.Matches(selector, expected.ToDictionary(label => label.Key, label => label.Value)))
        {
            errors["spec"]["selector"].Invalid(selector, "`selector` not auto-generated");
        }
    }

    private static void CheckUpdate(FieldErrors at, JobSpec spec, Job before)
    {
        var old = before.Spec;
        CheckCompletions(at["completions"], spec, old);
        if (!ApiJson.AreSame(spec.Selector, old.Selector))
            at["selector"].Invalid(spec.Selector, Immutable);
        if (!ApiJson.AreSame(Fixed(before, spec), Fixed(before, old)))
            at["template"].Invalid(new GoLiteral(spec.Template), Immutable);
        if (spec.CompletionMode != old.CompletionMode)
            at["completionMode"].Invalid(spec.CompletionMode, Immutable);
        if (!ApiJson.AreSame(spec.PodFailurePolicy, old.PodFailurePolicy))
            at["podFailurePolicy"].Invalid(Shown(spec.PodFailurePolicy), Immutable);
        if (spec.BackoffLimitPerIndex != old.BackoffLimitPerIndex)
            at["backoffLimitPerIndex"].Invalid(spec.BackoffLimitPerIndex, Immutable);
        if (spec.ManagedBy != old.ManagedBy)
            at["managedBy"].Invalid(spec.ManagedBy, Immutable);
        if (!ApiJson.AreSame(spec.SuccessPolicy, old.SuccessPolicy))
            at["successPolicy"].Invalid(Shown(spec.SuccessPolicy), Immutable);
    }

    private static object? Shown(object? value) => value is null ? null : new GoLiteral(value);

    // Only Jobs of indexes may grow or shrink, with both counts the same.
    private static void CheckCompletions(FieldErrors at, JobSpec spec, JobSpec old)
    {
        if (spec.Completions == old.Completions) return;
        if (spec.CompletionMode != "Indexed") at.Invalid(spec.Completions, Immutable);
        else if (spec.Completions is { } completions && completions != spec.Parallelism)
        {
            at.Invalid(completions, "can only be modified in tandem with spec.parallelism");
        }
    }

    // Where the pods of a Job go may be changed as long as it is suspended and has never run.
    private static Core.V1.PodTemplateSpec Fixed(Job before, JobSpec spec)
    {
        var isOpen = before.Spec.Suspend == true && before.Status.StartTime is null;
        if (!isOpen) return spec.Template;
        return spec.Template with
        {
            Metadata = new(),
            Spec = spec.Template.Spec with
            {
                NodeSelector = Map<string>.Empty,
                Affinity = null,
                Tolerations = [],
                SchedulingGates = [],
            },
        };
    }
}
