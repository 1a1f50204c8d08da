namespace Orchestrator.Unit.Tests.OfApi;

public sealed class PodValidationTests
{
    private const string C = "spec.containers[0].";
    private const string I = "spec.initContainers=[{\"name\":\"i\",\"image\":\"a\",";
    private const string Rule =
        "{\"action\":\"Restart\",\"exitCodes\":{\"operator\":\"In\",\"values\":[1]}}";

    public static TheoryData<string, string> Cases => new()
    {
        // edit of a good pod | the error
        { "spec.containers=[]", "spec.containers: Required value" },
        { C + "image=\"\"", "spec.containers[0].image: Required value" },
        { C + "image=\" nginx\"",
            "spec.containers[0].image: Invalid value: \" nginx\": must not have leading or trailing whitespace" },
        { "spec.containers[1]={\"name\":\"main\",\"image\":\"a\"}",
            "spec.containers[1].name: Duplicate value: \"main\"" },
        { "spec.initContainers=[{\"name\":\"main\",\"image\":\"a\"}]",
            "spec.initContainers[0].name: Duplicate value: \"main\"" },
        { C + "imagePullPolicy=\"Sometimes\"",
            "spec.containers[0].imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"" },
        { C + "ports=[{\"containerPort\":70000}]",
            "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive" },
        { C + "ports=[{\"containerPort\":80,\"protocol\":\"HTTP\"}]",
            "spec.containers[0].ports[0].protocol: Unsupported value: \"HTTP\": supported values: \"SCTP\", \"TCP\", \"UDP\"" },
        { C + "ports=[{\"name\":\"a\",\"containerPort\":1},{\"name\":\"a\",\"containerPort\":2}]",
            "spec.containers[0].ports[1].name: Duplicate value: \"a\"" },
        { C + "ports=[{\"hostPort\":1,\"containerPort\":1},{\"hostPort\":1,\"containerPort\":2}]",
            "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//1\"" },
        { C + "env=[{\"name\":\"\"}]", "spec.containers[0].env[0].name: Required value" },
        { C + "env=[{\"name\":\"A=B\"}]",
            "spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only of printable ASCII characters other than '='" },
        { C + "env=[{\"name\":\"A\",\"value\":\"x\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]",
            "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty" },
        { C + "envFrom=[{}]",
            "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`" },
        { C + "volumeMounts=[{\"name\":\"a\",\"mountPath\":\"/a\"}]",
            "spec.containers[0].volumeMounts[0].name: Not found: \"a\"" },
        { C + "resources={\"limits\":{\"cpu\":\"1\"},\"requests\":{\"cpu\":\"2\"}}",
            "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1" },
        { C + "resources.requests.cpu=\"-1\"",
            "spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0" },
        { C + "resources.requests.apples=\"1\"",
            "spec.containers[0].resources.requests[apples]: Invalid value: \"apples\": must be a standard resource type or fully qualified\n"
            + "spec.containers[0].resources.requests[apples]: Invalid value: \"apples\": must be a standard resource for containers" },
        { C + "livenessProbe={\"exec\":{\"command\":[\"a\"]},\"successThreshold\":2}",
            "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1" },
        { C + "readinessProbe={}", "spec.containers[0].readinessProbe: Required value: must specify a handler type" },
        { C + "readinessProbe={\"exec\":{\"command\":[\"a\"]},\"tcpSocket\":{\"port\":1}}",
            "spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type" },
        { "spec.initContainers=[{\"name\":\"i\",\"image\":\"a\",\"livenessProbe\":{\"exec\":{\"command\":[\"a\"]}}}]",
            "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always" },
        { C + "restartPolicy=\"Often\"",
            "spec.containers[0].restartPolicy: Unsupported value: \"Often\": supported values: \"Always\", \"Never\", \"OnFailure\"" },
        { C + "restartPolicyRules=[{\"action\":\"Restart\",\"exitCodes\":{\"operator\":\"In\",\"values\":[42]}}]",
            "spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used" },
        { I + "\"restartPolicy\":\"Never\",\"restartPolicyRules\":[{\"action\":\"Jump\"}]}]",
            "spec.initContainers[0].restartPolicyRules[0].action: Unsupported value: \"Jump\": supported values: \"Restart\"\n"
            + "spec.initContainers[0].restartPolicyRules[0].exitCodes: Required value: must be specified" },
        { I + "\"restartPolicy\":\"Never\",\"restartPolicyRules\":[{\"action\":\"Restart\",\"exitCodes\":{}}]}]",
            "spec.initContainers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"\": supported values: \"In\", \"NotIn\"" },
        { I + "\"restartPolicy\":\"Never\",\"restartPolicyRules\":["
            + string.Join(',', Enumerable.Repeat(Rule, 21)) + "]}]",
            "spec.initContainers[0].restartPolicyRules: Too many: 21: must have at most 20 items" },
        { I + "\"lifecycle\":{\"preStop\":{\"sleep\":{\"seconds\":1}}}}]",
            "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always" },
        { C + "lifecycle={\"stopSignal\":\"SIGUSR1\"}",
            "spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`" },
        { C + "lifecycle={\"preStop\":{\"sleep\":{\"seconds\":31}}}",
            "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be greater than 0 and less than terminationGracePeriodSeconds (30). Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep." },
        { C + "lifecycle={\"postStart\":{}}",
            "spec.containers[0].lifecycle.postStart: Required value: must specify a handler type" },
        { "spec.volumes=[{\"name\":\"a\",\"emptyDir\":{},\"hostPath\":{\"path\":\"/a\"}}]",
            "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type" },
        { "spec.volumes=[{\"name\":\"a\"},{\"name\":\"a\"}]", "spec.volumes[1].name: Duplicate value: \"a\"" },
        { "spec.volumes=[{\"name\":\"a\",\"hostPath\":{\"path\":\"/a/../b\"}}]",
            "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'" },
        { "spec.volumes=[{\"name\":\"a\",\"configMap\":{\"name\":\"c\",\"items\":[{\"key\":\"k\",\"path\":\"/p\"}]}}]",
            "spec.volumes[0].configMap.items[0].path: Invalid value: \"/p\": must be a relative path" },
        { "spec.restartPolicy=\"Often\"",
            "spec.restartPolicy: Unsupported value: \"Often\": supported values: \"Always\", \"OnFailure\", \"Never\"" },
        { "spec.dnsPolicy=\"None\"",
            "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None" },
        { "spec.activeDeadlineSeconds=0",
            "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive" },
        { "spec.tolerations=[{\"key\":\"a\",\"operator\":\"Like\"}]",
            "spec.tolerations[0].operator: Unsupported value: \"Like\": supported values: \"Equal\", \"Exists\"" },
        { "spec.tolerations=[{\"operator\":\"Equal\"}]",
            "spec.tolerations[0].operator: Invalid value: \"Equal\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"" },
        { "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution={}",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term" },
        { "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms=[{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}]",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'" },
        { "spec.topologySpreadConstraints=[{\"maxSkew\":0,\"topologyKey\":\"zone\",\"whenUnsatisfiable\":\"DoNotSchedule\"}]",
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero" },
        { "spec.schedulingGates=[{\"name\":\"a\"},{\"name\":\"a\"}]",
            "spec.schedulingGates[1]: Duplicate value: \"a\"" },
        { C + "securityContext={\"privileged\":true,\"allowPrivilegeEscalation\":false}",
            "spec.containers[0].securityContext: Invalid value: \"\": cannot set `allowPrivilegeEscalation` to false and `privileged` to true" },
        { "spec.securityContext.sysctls=[{\"name\":\"net..core\",\"value\":\"1\"}]",
            "spec.securityContext.sysctls[0].name: Invalid value: \"net..core\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$" },
        { "spec.securityContext.runAsUser=-1",
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive" },
        { "spec.hostAliases=[{\"ip\":\"a\"}]",
            "spec.hostAliases[0].ip: Invalid value: \"a\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)" },
        { "metadata.labels={\"a b\":\"c\"}",
            "metadata.labels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')" },
        { "metadata.finalizers=[\"mine\"]",
            "metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it fully qualified" },
        { "metadata.name=\"Web\"",
            "metadata.name: Invalid value: \"Web\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')" },
        { "metadata.name=\"\"", "metadata.name: Required value: name or generateName is required" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_pod_is_refused_with_the_reference_s_sentence(string edit, string expected) =>
        Given.Errors(Given.Pod(edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_good_pod_is_accepted() => Given.Errors(Given.Pod()).ShouldBe("");

    [Fact]
    public void All_errors_are_told_at_once() =>
        Given.Errors(Given.Pod("spec.containers[0].image=\"\"", "spec.restartPolicy=\"Often\"", "metadata.name=\"\""))
            .Split('\n').Length.ShouldBe(3);

    public static TheoryData<string, string, string, string> Updates => new()
    {
        // why | edit of the stored pod | edit of the new one | the beginning of the error
        { "an image may change", "spec.x=1", "spec.containers[0].image=\"nginx:2\"", "" },
        { "a toleration may be added", "spec.x=1", "spec.tolerations=[{\"key\":\"a\",\"operator\":\"Exists\"}]", "" },
        { "a gate may go", "spec.schedulingGates=[{\"name\":\"a\"}]", "spec.x=1", "" },
        { "a gate may not come", "spec.x=1", "spec.schedulingGates=[{\"name\":\"a\"}]",
            "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a'" },
        { "a toleration may not go", "spec.tolerations=[{\"key\":\"a\",\"operator\":\"Exists\"}]", "spec.x=1",
            "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds" },
        { "no container may come", "spec.x=1", "spec.containers[1]={\"name\":\"b\",\"image\":\"b\"}",
            "spec.containers: Forbidden: pod updates may not add or remove containers" },
        { "a deadline may be set", "spec.x=1", "spec.activeDeadlineSeconds=10", "" },
        { "a deadline may not grow", "spec.activeDeadlineSeconds=10", "spec.activeDeadlineSeconds=11",
            "spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value" },
        { "the node may not change", "spec.x=1", "spec.nodeName=\"n1\"",
            "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
            + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\nchanged: spec.nodeName" },
        { "the uid may not change", "spec.x=1", "metadata.uid=\"u2\"",
            "metadata.uid: Invalid value: \"u2\": field is immutable" },
        { "a label may change", "spec.x=1", "metadata.labels={\"a\":\"b\"}", "" },
        { "a dying object gets no new finalizer", "metadata.deletionTimestamp=\"2026-01-01T00:00:00Z\"",
            "metadata.finalizers=[\"a/b\"]",
            "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"a/b\"}" },
    };

    [Theory, MemberData(nameof(Updates))]
    public void A_pod_changes_little_once_it_exists(string why, string before, string after, string expected)
    {
        var old = Given.Pod(before);
        var sent = Given.Pod(after);
        var pod = Orchestrator.Api.Core.V1.Pod.Kind.PreparedForUpdate(sent, old);
        Given.Errors(pod, old).ShouldBe(expected, why);
    }

    [Fact]
    public void An_update_keeps_the_stored_status()
    {
        var old = Given.Pod() with { Status = new() { Phase = "Running" } };
        var next = (Orchestrator.Api.Core.V1.Pod)Orchestrator.Api.Core.V1.Pod.Kind.PreparedForUpdate(Given.Pod(), old);
        next.Status.Phase.ShouldBe("Running");
    }

    [Fact]
    public void A_status_update_keeps_the_stored_spec_and_takes_labels()
    {
        var old = Given.Pod("spec.nodeName=\"n1\"");
        var sent = Given.Pod("metadata.labels={\"a\":\"b\"}") with { Status = new() { Phase = "Running" } };
        var next = (Orchestrator.Api.Core.V1.Pod)Orchestrator.Api.Core.V1.Pod.Kind.PreparedForStatusUpdate(sent, old);
        (next.Spec.NodeName, next.Status.Phase, next.Metadata.Labels["a"]).ShouldBe(("n1", "Running", "b"));
        next.Status.QosClass.ShouldBe("BestEffort");
    }
}
