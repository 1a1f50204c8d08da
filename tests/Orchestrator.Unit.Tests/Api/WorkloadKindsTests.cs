using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Batch.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>StatefulSets, DaemonSets, Jobs and CronJobs as objects: defaults, rules and tables.</summary>
public sealed class WorkloadKindsTests
{
    private const string Template =
        "spec.template={\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"nginx:1.27\"}]}}";
    private const string Selector = "spec.selector.matchLabels={\"app\":\"web\"}";
    private const string JobPod =
        "spec.template.spec={\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"main\",\"image\":\"busybox:1\"}]}";
    private const string CronPod =
        "spec.jobTemplate.spec.template.spec={\"restartPolicy\":\"OnFailure\",\"containers\":[{\"name\":\"main\",\"image\":\"busybox:1\"}]}";

    public static TheoryData<string, string> DefaultsOfStatefulSet => new()
    {
        { "spec.replicas", "1" },
        { "spec.podManagementPolicy", "\"OrderedReady\"" },
        { "spec.updateStrategy", "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"partition\":0}}" },
        { "spec.revisionHistoryLimit", "10" },
        { "spec.persistentVolumeClaimRetentionPolicy", "{\"whenDeleted\":\"Retain\",\"whenScaled\":\"Retain\"}" },
        { "spec.serviceName", "\"\"" },
        { "spec.volumeClaimTemplates[0].kind", "\"PersistentVolumeClaim\"" },
        { "spec.volumeClaimTemplates[0].apiVersion", "\"v1\"" },
        { "spec.volumeClaimTemplates[0].spec.volumeMode", "\"Filesystem\"" },
        { "spec.volumeClaimTemplates[0].status", "{\"phase\":\"Pending\"}" },
        { "status", "{\"replicas\":0,\"availableReplicas\":0}" },
    };

    [Theory, MemberData(nameof(DefaultsOfStatefulSet))]
    public void A_stateful_set_is_defaulted(string path, string expected) =>
        Given.At(Set("spec.volumeClaimTemplates=[{\"metadata\":{\"name\":\"data\"}}]"), path).ShouldBe(expected);

    public static TheoryData<string, string> RulesOfStatefulSet => new()
    {
        { "spec.x=1", "" },
        { "spec.volumeClaimTemplates=[{\"metadata\":{\"name\":\"data\"}}]", "" },
        { "spec.podManagementPolicy=\"Random\"",
            "spec.podManagementPolicy: Invalid value: \"Random\": must be 'OrderedReady' or 'Parallel'" },
        { "spec.updateStrategy={\"type\":\"OnDelete\",\"rollingUpdate\":{\"partition\":1}}",
            "spec.updateStrategy.rollingUpdate: Invalid value: {\"partition\":1}: only allowed for updateStrategy 'RollingUpdate'" },
        { "spec.updateStrategy={\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"partition\":-1}}",
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0" },
        { "spec.template.metadata.labels={\"app\":\"db\"}",
            "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"db\"}: `selector` does not match template `labels`" },
        { "spec.template.spec.restartPolicy=\"Never\"",
            "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"" },
        { "spec.persistentVolumeClaimRetentionPolicy.whenScaled=\"Keep\"",
            "spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: \"Keep\": supported values: \"Delete\", \"Retain\"" },
        { "spec.ordinals.start=-1", "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0" },
    };

    [Theory, MemberData(nameof(RulesOfStatefulSet))]
    public void A_stateful_set_is_refused(string edit, string expected) =>
        Given.Errors(Set(edit)).ShouldBe(expected, edit);

    [Fact]
    public void Containers_may_mount_the_claims_of_their_set()
    {
        const string Mount = "spec.template.spec.containers[0].volumeMounts=[{\"name\":\"data\",\"mountPath\":\"/d\"}]";
        Given.Errors(Set(Mount)).ShouldContain("Not found: \"data\"");
        Given.Errors(Set(Mount, "spec.volumeClaimTemplates=[{\"metadata\":{\"name\":\"data\"}}]")).ShouldBe("");
    }

    [Theory]
    [InlineData("spec.replicas=3", true)]
    [InlineData("spec.minReadySeconds=3", true)]
    [InlineData("spec.template.spec.containers[0].image=\"nginx:1.28\"", true)]
    [InlineData("spec.serviceName=\"other\"", false)]
    [InlineData("spec.podManagementPolicy=\"Parallel\"", false)]
    public void Little_of_a_stateful_set_changes(
        string edit, bool isAllowed) => Given.Errors(Set(edit), Set()).ShouldBe(
        isAllowed
            ? ""
            : "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");

    public static TheoryData<string, string> RulesOfDaemonSet => new()
    {
        { "spec.x=1", "" },
        { "spec.selector={}",
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for daemonset" },
        { "spec.template.spec.activeDeadlineSeconds=5",
            "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported" },
        { "spec.updateStrategy.rollingUpdate={\"maxSurge\":1,\"maxUnavailable\":1}",
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero" },
        { "spec.updateStrategy.rollingUpdate={\"maxUnavailable\":0}",
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0" },
        { "spec.updateStrategy.type=\"Blue\"",
            "spec.updateStrategy.type: Unsupported value: \"Blue\": supported values: \"RollingUpdate\", \"OnDelete\"" },
    };

    [Theory, MemberData(nameof(RulesOfDaemonSet))]
    public void A_daemon_set_is_refused(string edit, string expected) =>
        Given.Errors(Given.Of<DaemonSet>(DaemonSet.Kind, Selector, Template, edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_daemon_set_is_defaulted() =>
        Given.At(Given.Of<DaemonSet>(DaemonSet.Kind, Selector, Template), "spec.updateStrategy")
            .ShouldBe("{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":1,\"maxSurge\":0}}");

    public static TheoryData<string, string, string> DefaultsOfJob => new()
    {
        { "spec.x=1", "spec.completions", "1" },
        { "spec.x=1", "spec.parallelism", "1" },
        { "spec.parallelism=3", "spec.completions", "" },
        { "spec.completions=3", "spec.parallelism", "1" },
        { "spec.x=1", "spec.backoffLimit", "6" },
        { "spec.backoffLimitPerIndex=1", "spec.backoffLimit", "2147483647" },
        { "spec.x=1", "spec.completionMode", "\"NonIndexed\"" },
        { "spec.x=1", "spec.suspend", "false" },
        { "spec.x=1", "spec.podReplacementPolicy", "\"TerminatingOrFailed\"" },
        { "spec.podFailurePolicy.rules=[{\"action\":\"Count\",\"onPodConditions\":[{\"type\":\"A\"}]}]",
            "spec.podReplacementPolicy", "\"Failed\"" },
        { "spec.podFailurePolicy.rules=[{\"action\":\"Count\",\"onPodConditions\":[{\"type\":\"A\"}]}]",
            "spec.podFailurePolicy.rules[0].onPodConditions[0].status", "\"True\"" },
        { "spec.template.metadata.labels={\"a\":\"b\"}", "metadata.labels", "{\"a\":\"b\"}" },
        { "spec.x=1", "spec.selector", "{\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"u1\"}}" },
        { "spec.x=1", "spec.template.metadata.labels",
            "{\"batch.kubernetes.io/controller-uid\":\"u1\",\"batch.kubernetes.io/job-name\":\"x\",\"controller-uid\":\"u1\",\"job-name\":\"x\"}" },
    };

    [Theory, MemberData(nameof(DefaultsOfJob))]
    public void A_job_is_defaulted_and_finds_its_pods_by_its_uid(string edit, string path, string expected) =>
        Given.At(Made(edit), path).ShouldBe(expected, edit);

    public static TheoryData<string, string> RulesOfJob => new()
    {
        { "spec.x=1", "" },
        { "spec.template.spec.restartPolicy=\"Always\"",
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"" },
        { "spec.template.spec.restartPolicy=\"\"",
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"" },
        { "spec.completions=-1", "spec.completions: Invalid value: -1: must be greater than or equal to 0" },
        { "spec.completionMode=\"Some\"",
            "spec.completionMode: Unsupported value: \"Some\": supported values: \"Indexed\", \"NonIndexed\"" },
        { "spec={\"completionMode\":\"Indexed\",\"parallelism\":1,\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"a\",\"image\":\"a\"}]}}}",
            "spec.completions: Required value: when completion mode is Indexed" },
        { "spec.backoffLimitPerIndex=1",
            "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode" },
        { "spec.selector.matchLabels={\"batch.kubernetes.io/controller-uid\":\"other\"}",
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"batch.kubernetes.io/controller-uid\":\"other\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: `selector` not auto-generated\nspec.template.metadata.labels: Invalid value: map[string]string{\"batch.kubernetes.io/controller-uid\":\"u1\", \"batch.kubernetes.io/job-name\":\"x\", \"controller-uid\":\"u1\", \"job-name\":\"x\"}: `selector` does not match template `labels`" },
        { "spec.manualSelector=true", "spec.selector: Required value" },
        { "spec.managedBy=\"me\"",
            "spec.managedBy: Invalid value: \"me\": must be a domain-prefixed path (such as \"acme.io/foo\")" },
        { "spec.podFailurePolicy.rules=[{\"action\":\"Ignore\",\"onExitCodes\":{\"operator\":\"In\",\"values\":[0]}}]",
            "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator" },
        { "spec.successPolicy.rules=[{\"succeededCount\":1}]",
            "spec.successPolicy: Invalid value: {\"rules\":[{\"succeededCount\":1}]}: requires indexed completion mode" },
    };

    [Theory, MemberData(nameof(RulesOfJob))]
    public void A_job_is_refused(string edit, string expected) => Given.Errors(Made(edit)).ShouldBe(expected, edit);

    [Theory]
    [InlineData("spec.parallelism=4", "")]
    [InlineData("spec.suspend=true", "")]
    [InlineData("spec.completions=4", "spec.completions: Invalid value: 4: field is immutable")]
    [InlineData("spec.managedBy=\"a.io/b\"", "spec.managedBy: Invalid value: \"a.io/b\": field is immutable")]
    public void Little_of_a_job_changes(string edit, string expected) =>
        Given.Errors(Made("spec.completions=1", edit), Made("spec.completions=1")).ShouldBe(expected, edit);

    [Fact]
    public void Where_a_job_runs_is_open_while_it_is_suspended()
    {
        const string Place = "spec.template.spec.nodeSelector={\"zone\":\"a\"}";
        Given.Errors(Made(Place, "spec.suspend=true"), Made("spec.suspend=true")).ShouldBe("");
        Given.Errors(Made(Place), Made("spec.x=1")).ShouldEndWith("field is immutable");
        Given.Errors(Made("spec.template.spec.containers[0].image=\"b\"", "spec.suspend=true"),
            Made("spec.suspend=true")).ShouldEndWith("field is immutable");
    }

    public static TheoryData<string, string> Schedules => new()
    {
        { "*/5 * * * *", "" },
        { "0 9-17/2 1,15 jan-mar MON", "" },
        { "@daily", "" },
        { "@every 1h30m", "" },
        { "* * * *", "expected exactly 5 fields, found 4: [* * * *]" },
        { "60 * * * *", "end of range (60) above maximum (59): 60" },
        { "* * 0 * *", "beginning of range (0) below minimum (1): 0" },
        { "9-5 * * * *", "beginning of range (9) beyond end of range (5): 9-5" },
        { "*/0 * * * *", "step of range should be a positive number: */0" },
        { "a * * * *", "failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax" },
        { "1-2-3 * * * *", "too many hyphens: 1-2-3" },
        { "@never", "unrecognized descriptor: @never" },
        { "@every soon", "failed to parse duration @every soon: time: invalid duration \"soon\"" },
    };

    [Theory, MemberData(nameof(Schedules))]
    public void A_schedule_is_read(string schedule, string problem) =>
        Given.Errors(Cron($"spec.schedule=\"{schedule}\""))
        .ShouldBe(problem.Length == 0 ? "" : $"spec.schedule: Invalid value: \"{schedule}\": {problem}");

    public static TheoryData<string, string> RulesOfCronJob => new()
    {
        { "spec.schedule=\"\"", "spec.schedule: Required value" },
        { "spec.schedule=\"TZ=UTC 0 * * * *\"",
            "spec.schedule: Invalid value: \"TZ=UTC 0 * * * *\": cannot use TZ or CRON_TZ in schedule, use timeZone field instead" },
        { "spec.timeZone=\"\"", "spec.timeZone: Invalid value: \"\": timeZone must be nil or non-empty string" },
        { "spec.timeZone=\"Mars/Olympus\"",
            "spec.timeZone: Invalid value: \"Mars/Olympus\": unknown time zone Mars/Olympus" },
        { "spec.concurrencyPolicy=\"Never\"",
            "spec.concurrencyPolicy: Unsupported value: \"Never\": supported values: \"Allow\", \"Forbid\", \"Replace\"" },
        { "spec.jobTemplate.spec.manualSelector=true",
            "spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: \"nil\", \"false\"" },
        { "spec.jobTemplate.spec.template.spec.restartPolicy=\"Always\"",
            "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"" },
        { "metadata.name=\"a23456789012345678901234567890123456789012345678901234\"",
            "metadata.name: Invalid value: \"a23456789012345678901234567890123456789012345678901234\": must be no more than 52 characters" },
    };

    [Theory, MemberData(nameof(RulesOfCronJob))]
    public void A_cron_job_is_refused(string edit, string expected) =>
        Given.Errors(Cron(edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_cron_job_is_defaulted()
    {
        var cron = Cron("spec.x=1");
        Given.At(cron, "spec.concurrencyPolicy").ShouldBe("\"Allow\"");
        Given.At(cron, "spec.suspend").ShouldBe("false");
        Given.At(cron, "spec.successfulJobsHistoryLimit").ShouldBe("3");
        Given.At(cron, "spec.failedJobsHistoryLimit").ShouldBe("1");
        Given.At(cron, "spec.jobTemplate.spec.backoffLimit").ShouldBe("");
    }

    public static TheoryData<string, string> Statuses => new()
    {
        { "spec.x=1", "Running" },
        { "status.conditions=[{\"type\":\"Complete\",\"status\":\"True\"}]", "Complete" },
        { "status.conditions=[{\"type\":\"Failed\",\"status\":\"False\"}]", "Running" },
        { "status.conditions=[{\"type\":\"Suspended\",\"status\":\"True\"}]", "Suspended" },
        { "metadata.deletionTimestamp=\"2026-01-02T03:04:05Z\"", "Terminating" },
    };

    [Theory, MemberData(nameof(Statuses))]
    public void A_job_prints_how_it_is(string edit, string expected) =>
        Cells(Given.Of<Job>(Job.Kind, JobPod, edit))[1].ShouldBe(expected, edit);

    [Fact]
    public void Jobs_print_completions_and_duration()
    {
        Cells(Given.Of<Job>(Job.Kind, JobPod, "spec.completions=3", "status.succeeded=2"))[2].ShouldBe("2/3");
        Cells(Given.Of<Job>(Job.Kind, JobPod, "spec.parallelism=3"))[2].ShouldBe("0/1 of 3");
        Cells(Given.Of<Job>(Job.Kind, JobPod, "spec.completions=1"))[3].ShouldBe("");
        Cells(Given.Of<Job>(Job.Kind, JobPod, "status.startTime=\"2026-01-02T03:03:05Z\""))[3].ShouldBe("60s");
    }

    [Fact]
    public void Columns_have_the_reference_s_names()
    {
        Headings(StatefulSet.Kind).ShouldBe("Name Ready Age Containers* Images*");
        Headings(DaemonSet.Kind).ShouldBe(
            "Name Desired Current Ready Up-to-date Available Node Selector Age Containers* Images* Selector*");
        Headings(Job.Kind).ShouldBe("Name Status Completions Duration Age Containers* Images* Selector*");
        Headings(CronJob.Kind).ShouldBe(
            "Name Schedule Timezone Suspend Active Last Schedule Age Containers* Images* Selector*");
        Cells(Cron("spec.schedule=\"@daily\"")).Take(6)
            .ShouldBe(["x", "@daily", "<none>", "False", 0, "<none>"]);
    }

    [Fact]
    public void A_job_without_a_word_orphans_its_pods() => Job.Kind.DefaultPropagation.ShouldBe("Orphan");

    private static StatefulSet Set(params string[] edits) =>
        Given.Of<StatefulSet>(StatefulSet.Kind, [Selector, Template, .. edits]);

    private static Job Made(params string[] edits) => (Job)Job.Kind.PreparedForCreate(
        Given.Of<Job>(Job.Kind, ["metadata.uid=\"u1\"", JobPod, .. edits]));

    private static CronJob Cron(string edit) =>
        Given.Of<CronJob>(CronJob.Kind, "spec.schedule=\"0 * * * *\"", CronPod, edit);

    private static List<object> Cells(ApiObject obj) =>
        [.. KindRegistry.Of(obj).TableColumns.Select(column => column.Cell(obj, Given.Now))];

    private static string Headings(Kind kind) =>
        string.Join(" ", kind.TableColumns.Select(c => c.IsWide ? c.Name + "*" : c.Name));
}
