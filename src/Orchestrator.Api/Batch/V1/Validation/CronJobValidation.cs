using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Batch.V1.Validation;

/// <summary>What holds for CronJobs.</summary>
internal static class CronJobValidation
{
    // The Jobs made are named after it, with a dash and ten digits.
    private const int NameLengthMax = 52;

    public static IReadOnlyList<FieldError> Check(CronJob cron, CronJob? old)
    {
        // A status update leaves the spec untouched, and it comes often.
        if (old is not null && ReferenceEquals(cron.Spec, old.Spec)) return [];
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], cron.Spec);
        if (spec.Schedule.Length == 0) at["schedule"].Required();
        else CheckSchedule(at["schedule"], spec.Schedule);
        at["startingDeadlineSeconds"].CheckNotNegative(spec.StartingDeadlineSeconds ?? 0);
        if (spec.TimeZone is { } zone) CheckZone(at["timeZone"], zone);
        at["concurrencyPolicy"].CheckOneOf(
            spec.ConcurrencyPolicy, Choices.Of<CronJobSpec>(nameof(CronJobSpec.ConcurrencyPolicy)));
        at["successfulJobsHistoryLimit"].CheckNotNegative(spec.SuccessfulJobsHistoryLimit ?? 0);
        at["failedJobsHistoryLimit"].CheckNotNegative(spec.FailedJobsHistoryLimit ?? 0);
        CheckTemplate(at["jobTemplate"], spec.JobTemplate);
        if (old is null && cron.Metadata.Name is { Length: > NameLengthMax } name)
        {
            errors["metadata"]["name"].Invalid(name, $"must be no more than {NameLengthMax} characters");
        }
        return errors.Found;
    }

    private static void CheckSchedule(FieldErrors at, string schedule)
    {
        if (CronSyntax.Problem(schedule) is { } problem) at.Invalid(schedule, problem);
        if (schedule.Contains("TZ", StringComparison.Ordinal))
        {
            at.Invalid(schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
    }

    private static void CheckZone(FieldErrors at, string zone)
    {
        if (zone.Length == 0) at.Invalid(zone, "timeZone must be nil or non-empty string");
        else if (zone.Equals("Local", StringComparison.OrdinalIgnoreCase))
        {
            at.Invalid(
                zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones");
        }
        else if (zone.Any(char.IsWhiteSpace) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            at.Invalid(zone, $"unknown time zone {zone}");
        }
    }

    private static void CheckTemplate(FieldErrors at, JobTemplateSpec template)
    {
        ObjectMetaRules.CheckLabels(at["metadata"]["labels"], template.Metadata.Labels);
        ObjectMetaRules.CheckAnnotations(at["metadata"]["annotations"], template.Metadata.Annotations);
        JobSpecValidation.Check(at["spec"], template.Spec);
        if (template.Spec.Selector is { } selector)
        {
            at["spec"]["selector"].Invalid(selector, "`selector` will be auto-generated");
        }
        if (template.Spec.ManualSelector == true)
        {
            at["spec"]["manualSelector"].NotSupported(true, "nil", "false");
        }
    }
}
