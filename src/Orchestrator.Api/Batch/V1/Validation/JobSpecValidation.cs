using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Batch.V1.Validation;

/// <summary>What holds for the spec of a Job, and of the Jobs of a CronJob.</summary>
internal static class JobSpecValidation
{
    private const int IndexedParallelismMax = 100_000;
    private const int PolicyRulesMax = 20;
    private const int ExitCodesMax = 255;

    public static void Check(FieldErrors at, JobSpec spec)
    {
        at["parallelism"].CheckNotNegative(spec.Parallelism ?? 0);
        at["completions"].CheckNotNegative(spec.Completions ?? 0);
        at["activeDeadlineSeconds"].CheckNotNegative(spec.ActiveDeadlineSeconds ?? 0);
        at["backoffLimit"].CheckNotNegative(spec.BackoffLimit ?? 0);
        at["ttlSecondsAfterFinished"].CheckNotNegative(spec.TtlSecondsAfterFinished ?? 0);
        at["backoffLimitPerIndex"].CheckNotNegative(spec.BackoffLimitPerIndex ?? 0);
        at["maxFailedIndexes"].CheckNotNegative(spec.MaxFailedIndexes ?? 0);
        if (spec.MaxFailedIndexes is not null && spec.BackoffLimitPerIndex is null)
        {
            at["backoffLimitPerIndex"].Required("when maxFailedIndexes is specified");
        }
        if (spec.ManagedBy is { } managedBy) CheckManagedBy(at["managedBy"], managedBy);
        CheckMode(at, spec);
        if (spec.PodFailurePolicy is { } policy) CheckFailurePolicy(at, spec, policy);
        if (spec.SuccessPolicy is { } success) CheckSuccessPolicy(at["successPolicy"], spec, success);
        CheckReplacement(at["podReplacementPolicy"], spec);
        PodTemplateValidation.Check(at["template"], spec.Template);
        var restart = at["template"]["spec"]["restartPolicy"];
        if (spec.Template.Spec.RestartPolicy is null or "" or "Always")
        {
            restart.Required("valid values: \"OnFailure\", \"Never\"");
        }
        else if (spec.PodFailurePolicy is not null && spec.Template.Spec.RestartPolicy != "Never")
        {
            restart.Invalid(spec.Template.Spec.RestartPolicy, "only \"Never\" is supported when podFailurePolicy is "
                + "specified");
        }
    }

    private static void CheckManagedBy(FieldErrors at, string managedBy)
    {
        var slash = managedBy.IndexOf('/');
        if (managedBy.Length == 0) at.Required();
        else if (slash < 1 || slash == managedBy.Length - 1)
        {
            at.Invalid(managedBy, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
        else at.Invalid(managedBy[..slash], NameRules.DnsSubdomain(managedBy[..slash]));
        if (managedBy.Length > 63) at.TooLong(63);
    }

    private static void CheckMode(FieldErrors at, JobSpec spec)
    {
        var modes = Choices.Of<JobSpec>(nameof(JobSpec.CompletionMode));
        if (spec.CompletionMode is { } mode && !modes.Contains(mode))
        {
            at["completionMode"].NotSupported(mode, modes);
        }
        if (spec.CompletionMode != "Indexed")
        {
            if (spec.BackoffLimitPerIndex is { } limit)
                at["backoffLimitPerIndex"].Invalid(limit, "requires indexed completion mode");
            if (spec.MaxFailedIndexes is { } failed)
                at["maxFailedIndexes"].Invalid(failed, "requires indexed completion mode");
            return;
        }
        if (spec.Completions is null) at["completions"].Required("when completion mode is Indexed");
        if (spec.Parallelism > IndexedParallelismMax)
        {
            at["parallelism"].Invalid(spec.Parallelism,
                $"must be less than or equal to {IndexedParallelismMax} when completion mode is Indexed");
        }
        if (spec.MaxFailedIndexes > spec.Completions)
        {
            at["maxFailedIndexes"].Invalid(spec.MaxFailedIndexes, "must be less than or equal to completions");
        }
    }

    private static void CheckReplacement(FieldErrors at, JobSpec spec)
    {
        if (spec.PodReplacementPolicy is not { } policy) return;
        if (spec.PodFailurePolicy is not null)
        {
            if (policy != "Failed") at.NotSupported(policy, "Failed");
        }
        else if (Choices.Of<JobSpec>(nameof(JobSpec.PodReplacementPolicy)) is var allowed && !allowed.Contains(policy))
        {
            at.NotSupported(policy, allowed);
        }
    }

    private static void CheckFailurePolicy(FieldErrors spec, JobSpec job, PodFailurePolicy policy)
    {
        var at = spec["podFailurePolicy"]["rules"];
        if (policy.Rules.Count > PolicyRulesMax)
        {
            at.TooMany(policy.Rules.Count, PolicyRulesMax);
            return;
        }
        var names = job.Template.Spec.Containers.Select(c => c.Name)
            .Concat(job.Template.Spec.InitContainers.Select(c => c.Name)).ToHashSet();
        for (var i = 0; i < policy.Rules.Count; i++) CheckRule(at[i], job, policy.Rules[i], names);
    }

    private static void CheckRule(FieldErrors at, JobSpec job, PodFailurePolicyRule rule, HashSet<string> names)
    {
        if (rule.Action == "FailIndex" && job.BackoffLimitPerIndex is null)
        {
            at["action"].Invalid(rule.Action, "requires the backoffLimitPerIndex to be set");
        }
        at["action"].CheckOneOf(rule.Action, Choices.Of<PodFailurePolicyRule>(nameof(PodFailurePolicyRule.Action)));
        if (rule.OnExitCodes is not null && rule.OnPodConditions.Count > 0)
        {
            at.Invalid(new GoLiteral(rule),
                "specifying both OnExitCodes and OnPodConditions is not supported");
        }
        if (rule.OnExitCodes is null && rule.OnPodConditions.Count == 0)
        {
            at.Invalid(new GoLiteral(rule), "specifying one of OnExitCodes and OnPodConditions is required");
        }
        if (rule.OnExitCodes is { } codes) CheckExitCodes(at["onExitCodes"], codes, names);
        for (var i = 0; i < rule.OnPodConditions.Count; i++)
        {
            var (place, pattern) = (at["onPodConditions"][i], rule.OnPodConditions[i]);
            place["type"].Invalid(pattern.Type, NameRules.QualifiedName(pattern.Type));
            place["status"].CheckOneOf(pattern.Status, "False", "True", "Unknown");
        }
    }

    private static void CheckExitCodes(
        FieldErrors at, PodFailurePolicyOnExitCodesRequirement codes, HashSet<string> names)
    {
        at["operator"].CheckOneOf(
            codes.Operator, Choices.Of<PodFailurePolicyOnExitCodesRequirement>(nameof(codes.Operator)));
        if (codes.ContainerName is { } name && !names.Contains(name))
        {
            at["containerName"].Invalid(
                name, "must be one of the container or initContainer names in the pod template");
        }
        var values = at["values"];
        if (codes.Values.Count == 0) values.Invalid(codes.Values, "at least one value is required");
        else if (codes.Values.Count > ExitCodesMax) values.TooMany(codes.Values.Count, ExitCodesMax);
        var isOrdered = true;
        var seen = new HashSet<int>();
        for (var i = 0; i < codes.Values.Count; i++)
        {
            if (codes.Operator == "In" && codes.Values[i] == 0)
                values[i].Invalid(0, "must not be 0 for the In operator");
            if (!seen.Add(codes.Values[i])) values[i].Duplicate(codes.Values[i]);
            if (i > 0 && codes.Values[i] < codes.Values[i - 1]) isOrdered = false;
        }
        if (!isOrdered) values.Invalid(codes.Values, "must be ordered");
    }

    private static void CheckSuccessPolicy(FieldErrors at, JobSpec job, SuccessPolicy policy)
    {
        if (job.CompletionMode != "Indexed")
        {
            at.Invalid(new GoLiteral(policy), "requires indexed completion mode");
            return;
        }
        var rules = at["rules"];
        if (policy.Rules.Count == 0)
            rules.Required("at least one rules must be specified when the successPolicy is specified");
        if (policy.Rules.Count > PolicyRulesMax) rules.TooMany(policy.Rules.Count, PolicyRulesMax);
        for (var i = 0; i < policy.Rules.Count; i++)
        {
            var rule = policy.Rules[i];
            if (rule.SucceededCount is null && rule.SucceededIndexes is null)
            {
                rules[i].Required("at least one of succeededCount or succeededIndexes must be specified");
            }
            if (rule.SucceededCount is not { } count) continue;
            if (count < 1) rules[i]["succeededCount"].Invalid(count, "must be greater than or equal to 1");
            if (count > job.Completions)
            {
                rules[i]["succeededCount"].Invalid(
                    count, $"must be less than or equal to {job.Completions} (the number of specified completions)");
            }
        }
    }
}
