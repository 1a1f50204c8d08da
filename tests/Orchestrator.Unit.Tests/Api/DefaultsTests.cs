using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class DefaultsTests
{
    public static TheoryData<string, string, string, string> OfPod => new()
    {
        // why | edit | path | JSON at that path after creation
        { "pods restart", "spec.restartPolicy=\"\"", "spec.restartPolicy", "\"Always\"" },
        { "a choice stays", "spec.restartPolicy=\"Never\"", "spec.restartPolicy", "\"Never\"" },
        { "cluster DNS", "spec.x=1", "spec.dnsPolicy", "\"ClusterFirst\"" },
        { "30 s of grace", "spec.x=1", "spec.terminationGracePeriodSeconds", "30" },
        { "no grace is a choice", "spec.terminationGracePeriodSeconds=0", "spec.terminationGracePeriodSeconds", "0" },
        { "the scheduler", "spec.x=1", "spec.schedulerName", "\"default-scheduler\"" },
        { "an empty security context", "spec.x=1", "spec.securityContext", "{}" },
        { "service links", "spec.x=1", "spec.enableServiceLinks", "true" },
        { "the account", "spec.x=1", "spec.serviceAccountName", "\"default\"" },
        { "the older name of the account follows", "spec.serviceAccountName=\"me\"", "spec.serviceAccount", "\"me\"" },
        { "the older name of the account is heard", "spec.serviceAccount=\"me\"", "spec.serviceAccountName", "\"me\"" },
        { "priority", "spec.x=1", "spec.priority", "0" },
        { "system priority", "spec.priorityClassName=\"system-node-critical\"", "spec.priority", "2000001000" },
        { "preemption", "spec.x=1", "spec.preemptionPolicy", "\"PreemptLowerPriority\"" },
        { "a node in trouble is tolerated for 5 minutes", "spec.x=1", "spec.tolerations[0].tolerationSeconds", "300" },
        { "an own toleration of trouble wins",
            "spec.tolerations=[{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"effect\":\"NoExecute\",\"tolerationSeconds\":5}]",
            "spec.tolerations[0].tolerationSeconds", "5" },
        { "tolerating everything needs no more", "spec.tolerations=[{\"operator\":\"Exists\"}]",
            "spec.tolerations[1]", "" },
        { "the phase", "status.phase=\"Running\"", "status.phase", "\"Pending\"" },
        { "the class of service", "spec.x=1", "status.qosClass", "\"BestEffort\"" },
        { "a gate is told in the status", "spec.schedulingGates=[{\"name\":\"a\"}]", "status.conditions[0].reason",
            "\"SchedulingGated\"" },
        { "TCP", "spec.containers[0].ports=[{\"containerPort\":80}]", "spec.containers[0].ports[0].protocol",
            "\"TCP\"" },
        { "ports of the host network", "spec.hostNetwork=true", "spec.containers[0].ports[0].hostPort", "" },
        { "the message file", "spec.x=1", "spec.containers[0].terminationMessagePath", "\"/dev/termination-log\"" },
        { "the message policy", "spec.x=1", "spec.containers[0].terminationMessagePolicy", "\"File\"" },
        { "resources are shown", "spec.x=1", "spec.containers[0].resources", "{}" },
        { "requests follow limits", "spec.containers[0].resources.limits.cpu=\"1\"",
            "spec.containers[0].resources.requests.cpu", "\"1\"" },
        { "amounts are kept to a thousandth", "spec.containers[0].resources.requests.cpu=\"100u\"",
            "spec.containers[0].resources.requests.cpu", "\"1m\"" },
        { "a probe's period", "spec.containers[0].livenessProbe={\"httpGet\":{\"port\":80}}",
            "spec.containers[0].livenessProbe",
            "{\"httpGet\":{\"path\":\"/\",\"port\":80,\"scheme\":\"HTTP\"},\"timeoutSeconds\":1,\"periodSeconds\":10,\"successThreshold\":1,\"failureThreshold\":3}" },
        { "a volume without source is an emptyDir", "spec.volumes=[{\"name\":\"a\"}]",
            "spec.volumes[0].emptyDir", "{}" },
        { "modes of files", "spec.volumes=[{\"name\":\"a\",\"secret\":{\"secretName\":\"s\"}}]",
            "spec.volumes[0].secret.defaultMode", "420" },
        { "the type of a host path", "spec.volumes=[{\"name\":\"a\",\"hostPath\":{\"path\":\"/a\"}}]",
            "spec.volumes[0].hostPath.type", "\"\"" },
        { "the version of a field",
            "spec.containers[0].env=[{\"name\":\"A\",\"valueFrom\":{\"fieldRef\":{\"fieldPath\":\"metadata.name\"}}}]",
            "spec.containers[0].env[0].valueFrom.fieldRef.apiVersion", "\"v1\"" },
        { "the life of a token",
            "spec.volumes=[{\"name\":\"a\",\"projected\":{\"sources\":[{\"serviceAccountToken\":{\"path\":\"t\"}}]}}]",
            "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds", "3600" },
    };

    [Theory, MemberData(nameof(OfPod))]
    public void A_pod_gets(string why, string edit, string path, string expected) =>
        Given.At(Given.Pod(edit), path).ShouldBe(expected, why);

    [Fact]
    public void With_host_network_ports_are_host_ports() =>
        Given.At(Given.Pod("spec.hostNetwork=true", "spec.containers[0].ports=[{\"containerPort\":80}]"),
            "spec.containers[0].ports[0].hostPort").ShouldBe("80");

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("nginx:1.27", "IfNotPresent")]
    [InlineData("registry:5000/nginx", "Always")]
    [InlineData("registry:5000/nginx:1", "IfNotPresent")]
    [InlineData("nginx@sha256:0000000000000000000000000000000000000000000000000000000000000000", "IfNotPresent")]
    public void The_pull_policy_follows_the_tag(string image, string expected) =>
        Given.Pod($"spec.containers[0].image=\"{image}\"").Spec.Containers[0].ImagePullPolicy.ShouldBe(expected);

    public static TheoryData<string, string, string> OfDeployment => new()
    {
        { "one replica", "spec.replicas", "1" },
        { "rolling update by quarters", "spec.strategy",
            "{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\"}}" },
        { "ten old revisions", "spec.revisionHistoryLimit", "10" },
        { "ten minutes for progress", "spec.progressDeadlineSeconds", "600" },
        { "the template is defaulted", "spec.template.spec.dnsPolicy", "\"ClusterFirst\"" },
        { "the template is not admitted", "spec.template.spec.tolerations", "" },
        { "the template has no account", "spec.template.spec.serviceAccountName", "" },
        { "service links are a matter of pods", "spec.template.spec.enableServiceLinks", "" },
    };

    [Theory, MemberData(nameof(OfDeployment))]
    public void A_deployment_gets(string why, string path, string expected) =>
        Given.At(Given.Deployment(), path).ShouldBe(expected, why);

    [Fact]
    public void Recreate_has_no_rolling_update() =>
        Given.At(Given.Deployment("spec.strategy.type=\"Recreate\""), "spec.strategy")
            .ShouldBe("{\"type\":\"Recreate\"}");

    [Fact]
    public void Zero_replicas_are_a_choice() => Given.ReplicaSet("spec.replicas=0").Spec.Replicas.ShouldBe(0);

    [Fact]
    public void Plain_texts_of_a_secret_become_data_and_are_not_shown()
    {
        var secret = Given.Of<Secret>(Secret.Kind, "stringData={\"a\":\"hi\"}", "data={\"a\":\"AA==\",\"b\":\"AA==\"}");
        Given.At(secret, "data").ShouldBe("{\"a\":\"aGk=\",\"b\":\"AA==\"}");
        Given.At(secret, "stringData").ShouldBe("");
        secret.Type.ShouldBe("Opaque");
    }

    [Fact]
    public void A_namespace_is_active_carries_its_name_and_its_finalizer()
    {
        var ns = (Namespace)Namespace.Kind.PreparedForCreate(Given.Of<Namespace>(Namespace.Kind));
        ns.Metadata.Labels["kubernetes.io/metadata.name"].ShouldBe("x");
        ns.Spec.Finalizers.ShouldBe(["kubernetes"]);
        ns.Status.Phase.ShouldBe("Active");
    }

    // Any subset of these edits makes a pod; whatever was defaulted once stays as it is.
    private static readonly string[] Edits =
    [
        .. OfPod.Select(row => (string)row[1]),
        "spec.containers[0].resources.limits={\"cpu\":\"0.0001\",\"memory\":\"1Gi\"}",
        "spec.volumes=[{\"name\":\"p\",\"projected\":{\"sources\":[{\"downwardAPI\":{\"items\":[{\"path\":\"a\"}]}}]}}]",
        "spec.initContainers=[{\"name\":\"i\",\"image\":\"busybox\",\"restartPolicy\":\"Always\"}]",
    ];

    [Fact]
    public void Defaulting_twice_changes_nothing() =>
        Prop.ForAll(Gen.SubListOf(Edits).ToArbitrary(), edits =>
        {
            foreach (var kind in new Kind[] { Pod.Kind, Deployment.Kind })
            {
                List<string> mapped = [.. edits.Select(
                    e => kind == Pod.Kind ? e : e.Replace("spec.", "spec.template.spec.", StringComparison.Ordinal))];
                ApiObject once = kind == Pod.Kind ? Given.Pod(mapped) : Given.Deployment(mapped);
                if (Given.Json(kind.Defaulted(once)) != Given.Json(once)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();
}
