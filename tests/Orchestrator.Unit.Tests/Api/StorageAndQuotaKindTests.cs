using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>Volumes, claims, quotas, limits, and the older makers of pods.</summary>
public sealed class StorageAndQuotaKindTests
{
    private const string Template =
        "{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"nginx:1\"}]}}";

    private static readonly string[] Volume =
        ["spec.capacity={\"storage\":\"1Gi\"}", "spec.accessModes=[\"ReadWriteOnce\"]",
            "spec.hostPath={\"path\":\"/a\"}"];

    private static readonly string[] Claim =
        ["spec.accessModes=[\"ReadWriteOnce\"]", "spec.resources.requests={\"storage\":\"1Gi\"}"];

    public static TheoryData<string, string[], string> Cases => new()
    {
        { "persistentvolumes", Volume, "" },
        { "persistentvolumes", [],
            "spec.accessModes: Required value\nspec.capacity: Required value\nspec.capacity: Unsupported value: map[string]string{}: supported values: \"storage\"\nspec: Required value: must specify a volume type" },
        { "persistentvolumes", [.. Volume, "spec.nfs={\"server\":\"s\",\"path\":\"/\"}"],
            "spec.nfs: Forbidden: may not specify more than 1 volume type" },
        { "persistentvolumes", [.. Volume, "spec.accessModes=[\"ReadWriteOncePod\",\"ReadOnlyMany\"]"],
            "spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes" },
        { "persistentvolumes", [.. Volume, "spec.hostPath={\"path\":\"/\"}",
            "spec.persistentVolumeReclaimPolicy=\"Recycle\""],
            "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'" },
        { "persistentvolumes", ["spec.capacity={\"storage\":\"1Gi\"}", "spec.accessModes=[\"ReadWriteOnce\"]",
            "spec.local={\"path\":\"/a\"}"],
            "spec.nodeAffinity: Required value: Local volume requires node affinity" },
        { "persistentvolumeclaims", Claim, "" },
        { "persistentvolumeclaims", [],
            "spec.accessModes: Required value: at least 1 access mode is required\nspec.resources[storage]: Required value" },
        { "persistentvolumeclaims", [.. Claim, "spec.resources.requests={\"storage\":\"0\"}"],
            "spec.resources[storage]: Invalid value: \"0\": must be greater than zero" },
        { "persistentvolumeclaims", [.. Claim, "spec.dataSource={\"kind\":\"Pod\",\"name\":\"a\"}"],
            "spec.dataSource: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup\nspec.dataSourceRef: Invalid value: \"Pod\": must be 'PersistentVolumeClaim' when referencing the default apiGroup" },
        { "resourcequotas", ["spec.hard={\"pods\":\"4\",\"requests.cpu\":\"1\",\"count/jobs.batch\":\"1\"}"], "" },
        { "resourcequotas", ["spec.hard={\"bananas\":\"1\"}"],
            "spec.hard[bananas]: Invalid value: \"bananas\": must be a standard resource type or fully qualified\nspec.hard[bananas]: Invalid value: \"bananas\": must be a standard resource for quota" },
        { "resourcequotas", ["spec.hard={\"pods\":\"1500m\"}"],
            "spec.hard[pods]: Invalid value: \"1500m\": must be an integer" },
        { "resourcequotas", ["spec.scopes=[\"BestEffort\",\"NotBestEffort\"]"],
            "spec.scopes: Invalid value: []string{\"BestEffort\", \"NotBestEffort\"}: conflicting scopes" },
        { "resourcequotas", ["spec.hard={\"secrets\":\"1\"}", "spec.scopes=[\"Terminating\"]"],
            "spec.scopes: Invalid value: []string{\"Terminating\"}: unsupported scope applied to resource" },
        { "resourcequotas",
            ["spec.scopeSelector.matchExpressions=[{\"scopeName\":\"PriorityClass\",\"operator\":\"In\"}]"],
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector" },
        { "limitranges", ["spec.limits=[{\"type\":\"Container\",\"max\":{\"cpu\":\"2\"},\"min\":{\"cpu\":\"1\"}}]"],
            "" },
        { "limitranges", ["spec.limits=[{\"type\":\"Pod\",\"max\":{\"cpu\":\"1\"},\"min\":{\"cpu\":\"2\"}}]"],
            "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1" },
        { "limitranges", ["spec.limits=[{\"type\":\"Pod\",\"default\":{\"cpu\":\"1\"}}]"],
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'" },
        { "limitranges", ["spec.limits=[{\"type\":\"Pod\"},{\"type\":\"Pod\"}]"],
            "spec.limits[1].type: Duplicate value: \"Pod\"" },
        { "limitranges", ["spec.limits=[{\"type\":\"Container\",\"max\":{\"pods\":\"1\"}}]"],
            "spec.limits[0].max[pods]: Invalid value: \"pods\": must be a standard resource for containers\nspec.limits[0].default[pods]: Invalid value: \"pods\": must be a standard resource for containers\nspec.limits[0].defaultRequest[pods]: Invalid value: \"pods\": must be a standard resource for containers" },
        { "replicationcontrollers", [$"spec.template={Template}"], "" },
        { "replicationcontrollers", [], "spec.selector: Required value\nspec.template: Required value" },
        { "replicationcontrollers", [$"spec.template={Template}", "spec.selector={\"app\":\"db\"}"],
            "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"web\"}: `selector` does not match template `labels`" },
        { "replicationcontrollers", [$"spec.template={Template}", "spec.template.spec.restartPolicy=\"Never\"",
            "spec.replicas=-1"],
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0\nspec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"" },
        { "podtemplates", [$"template={Template}", "template.spec.restartPolicy=\"Never\""], "" },
        { "podtemplates", [], "template.spec.containers: Required value" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void What_is_wrong_is_named(string plural, string[] edits, string expected) =>
        Given.Errors(Given.Of<ApiObject>(KindOf(plural), edits)).ShouldBe(expected, string.Join(" ", edits));

    public static TheoryData<string, string[], string, string> Defaults => new()
    {
        { "persistentvolumes", Volume, "spec.persistentVolumeReclaimPolicy", "\"Retain\"" },
        { "persistentvolumes", Volume, "spec.volumeMode", "\"Filesystem\"" },
        { "persistentvolumes", Volume, "spec.hostPath", "{\"path\":\"/a\",\"type\":\"\"}" },
        { "persistentvolumes", Volume, "status.phase", "\"Pending\"" },
        { "persistentvolumeclaims", Claim, "spec.volumeMode", "\"Filesystem\"" },
        { "persistentvolumeclaims", Claim, "status.phase", "\"Pending\"" },
        { "persistentvolumeclaims", [.. Claim, "spec.dataSource={\"kind\":\"PersistentVolumeClaim\",\"name\":\"a\"}"],
            "spec.dataSourceRef", "{\"kind\":\"PersistentVolumeClaim\",\"name\":\"a\"}" },
        { "limitranges",
            ["spec.limits=[{\"type\":\"Container\",\"max\":{\"cpu\":\"2\"},\"min\":{\"memory\":\"1Gi\"}}]"],
            "spec.limits[0].defaultRequest", "{\"cpu\":\"2\",\"memory\":\"1Gi\"}" },
        { "replicationcontrollers", [$"spec.template={Template}"], "spec.selector", "{\"app\":\"web\"}" },
        { "replicationcontrollers", [$"spec.template={Template}"], "metadata.labels", "{\"app\":\"web\"}" },
        { "replicationcontrollers", [$"spec.template={Template}"], "spec.replicas", "1" },
        { "replicationcontrollers", [$"spec.template={Template}"], "spec.template.spec.dnsPolicy", "\"ClusterFirst\"" },
        { "podtemplates", [$"template={Template}"], "template.spec.restartPolicy", "\"Always\"" },
    };

    [Theory, MemberData(nameof(Defaults))]
    public void It_gets(string plural, string[] edits, string path, string expected)
    {
        var obj = Given.Of<ApiObject>(KindOf(plural), edits);
        Given.At(obj, path).ShouldBe(expected);
        Given.Json(KindOf(plural).Defaulted(obj)).ShouldBe(Given.Json(obj));
    }

    public static TheoryData<string, string[], string> Rows => new()
    {
        { "persistentvolumes", [.. Volume, "spec.claimRef={\"namespace\":\"n\",\"name\":\"c\"}",
            "spec.storageClassName=\"fast\""],
            "x|1Gi|RWO|Retain|Pending|n/c|fast|<unset>||<unknown>|Filesystem" },
        { "persistentvolumeclaims", Claim, "x|Pending|||||<unset>|<unknown>|Filesystem" },
        { "persistentvolumeclaims", [.. Claim, "spec.volumeName=\"v\"", "spec.storageClassName=\"fast\"",
            "status={\"phase\":\"Bound\",\"capacity\":{\"storage\":\"2Gi\"},\"accessModes\":[\"ReadWriteMany\",\"ReadWriteOnce\"]}"],
            "x|Bound|v|2Gi|RWO,RWX|fast|<unset>|<unknown>|Filesystem" },
        { "resourcequotas",
            ["status={\"hard\":{\"pods\":\"4\",\"limits.cpu\":\"2\",\"cpu\":\"1\"},\"used\":{\"pods\":\"1\"}}"],
            "x|<unknown>|cpu: 0/1, pods: 1/4|limits.cpu: 0/2" },
        { "limitranges", ["metadata.creationTimestamp=\"2026-01-02T03:04:05Z\""], "x|2026-01-02T03:04:05Z" },
        { "replicationcontrollers", [$"spec.template={Template}", "status.replicas=2", "status.readyReplicas=1"],
            "x|1|2|1|<unknown>|main|nginx:1|app=web" },
        { "podtemplates", [$"template={Template}"], "x|main|nginx:1|app=web" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void It_is_printed(string plural, string[] edits, string expected) =>
        Tables.Row(Given.Of<ApiObject>(KindOf(plural), edits)).ShouldBe(expected, string.Join(" ", edits));

    public static TheoryData<string, string[], string[], string> Updates => new()
    {
        { "persistentvolumes", Volume, [.. Volume, "spec.hostPath={\"path\":\"/b\"}"],
            "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation" },
        { "persistentvolumes", Volume, [.. Volume, "spec.volumeMode=\"Block\""],
            "volumeMode: Invalid value: \"Block\": field is immutable" },
        { "persistentvolumes", Volume, [.. Volume, "spec.persistentVolumeReclaimPolicy=\"Delete\""], "" },
        { "persistentvolumeclaims", Claim, [.. Claim, "spec.volumeName=\"v\""], "" },
        { "persistentvolumeclaims", [.. Claim, "spec.volumeName=\"v\""], [.. Claim, "spec.volumeName=\"w\""],
            "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims" },
        { "persistentvolumeclaims", [.. Claim, "status.phase=\"Bound\""],
            [.. Claim, "status.phase=\"Bound\"", "spec.resources.requests={\"storage\":\"2Gi\"}"], "" },
        { "persistentvolumeclaims", [.. Claim, "status.phase=\"Bound\"", "status.capacity={\"storage\":\"1Gi\"}"],
            [.. Claim, "status.phase=\"Bound\"", "spec.resources.requests={\"storage\":\"1Mi\"}"],
            "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity" },
        { "resourcequotas", ["spec.scopes=[\"BestEffort\"]"], ["spec.scopes=[\"Terminating\"]"],
            "spec.scopes: Invalid value: []string{\"Terminating\"}: field is immutable" },
    };

    [Theory, MemberData(nameof(Updates))]
    public void What_may_change(string plural, string[] before, string[] after, string expected) =>
        Given.Errors(Given.Of<ApiObject>(KindOf(plural), after), Given.Of<ApiObject>(KindOf(plural), before))
            .ShouldBe(expected, string.Join(" ", after));

    private static Kind KindOf(string plural) => KindRegistry.All.Single(kind => kind.Plural == plural);
}
