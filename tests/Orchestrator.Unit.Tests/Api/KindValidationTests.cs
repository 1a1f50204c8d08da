using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Coordination.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Node = Orchestrator.Api.Core.V1.Node;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class KindValidationTests
{
    public static TheoryData<string, string> OfDeployment => new()
    {
        { "spec.x=1", "" },
        { "spec.replicas=-1", "spec.replicas: Invalid value: -1: must be greater than or equal to 0" },
        { "spec.selector={}",
            "spec.selector: Required value\nspec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"web\"}: `selector` does not match template `labels`" },
        { "spec.template.metadata.labels={\"app\":\"db\"}",
            "spec.template.metadata.labels: Invalid value: map[string]string{\"app\":\"db\"}: `selector` does not match template `labels`" },
        { "spec.selector.matchExpressions=[{\"key\":\"a\",\"operator\":\"Like\"}]",
            "spec.selector.matchExpressions[0].operator: Invalid value: \"Like\": not a valid selector operator" },
        { "spec.template.spec.restartPolicy=\"Never\"",
            "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"" },
        { "spec.strategy.rollingUpdate={\"maxSurge\":0,\"maxUnavailable\":\"0%\"}",
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"0%\": may not be 0 when `maxSurge` is 0" },
        { "spec.strategy.rollingUpdate.maxUnavailable=\"120%\"",
            "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: \"120%\": must not be greater than 100%" },
        { "spec.strategy.rollingUpdate.maxSurge=\"many\"",
            "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"many\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')" },
        { "spec.strategy.type=\"Blue\"",
            "spec.strategy.type: Unsupported value: \"Blue\": supported values: \"Recreate\", \"RollingUpdate\"" },
        { "spec.strategy={\"type\":\"Recreate\",\"rollingUpdate\":{}}",
            "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'" },
        { "spec.progressDeadlineSeconds=0",
            "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds" },
        { "spec.template.spec.containers=[]", "spec.template.spec.containers: Required value" },
    };

    [Theory, MemberData(nameof(OfDeployment))]
    public void A_deployment_is_refused(string edit, string expected) =>
        Given.Errors(Given.Deployment(edit)).ShouldBe(expected, edit);

    [Fact]
    public void A_selector_is_immutable() =>
        Given.Errors(
            Given.ReplicaSet("spec.selector.matchLabels={\"tier\":\"a\"}",
                "spec.template.metadata.labels={\"app\":\"web\",\"tier\":\"a\"}"),
            Given.ReplicaSet()).ShouldBe(
            "spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"tier\":\"a\"}, "
            + "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable");

    public static TheoryData<string, string, string> OfSecret => new()
    {
        { "type=\"kubernetes.io/tls\"", "", "data[tls.crt]: Required value\ndata[tls.key]: Required value" },
        { "type=\"kubernetes.io/basic-auth\"", "", "data[username]: Required value\ndata[password]: Required value" },
        { "type=\"kubernetes.io/ssh-auth\"", "", "data[ssh-privatekey]: Required value" },
        { "type=\"kubernetes.io/dockerconfigjson\"", "", "data[.dockerconfigjson]: Required value" },
        { "type=\"kubernetes.io/dockerconfigjson\"", "stringData={\".dockerconfigjson\":\"nonsense\"}",
            "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": must be a JSON object" },
        { "type=\"kubernetes.io/dockerconfigjson\"", "stringData={\".dockerconfigjson\":\"{\\\"auths\\\":{}}\"}", "" },
        { "type=\"kubernetes.io/service-account-token\"", "",
            "metadata.annotations[kubernetes.io/service-account.name]: Required value" },
        { "stringData={\"..a\":\"\"}", "", "data[..a]: Invalid value: \"..a\": must not start with '..'" },
        { "type=\"mine/own\"", "", "" },
    };

    [Theory, MemberData(nameof(OfSecret))]
    public void A_secret_has_what_its_type_needs(string edit, string more, string expected) =>
        Given.Errors(Given.Of<Secret>(Secret.Kind, more.Length == 0 ? [edit] : [edit, more])).ShouldBe(expected, edit);

    [Fact]
    public void An_immutable_secret_stays_as_it_is() =>
        Given.Errors(Given.Of<Secret>(Secret.Kind, "stringData={\"a\":\"2\"}"),
            Given.Of<Secret>(Secret.Kind, "stringData={\"a\":\"1\"}", "immutable=true"))
            .ShouldBe(
                "immutable: Forbidden: field is immutable when `immutable` is set\ndata: Forbidden: field is immutable when `immutable` is set");

    [Fact]
    public void A_config_map_holds_at_most_a_mebibyte()
    {
        var text = new string('a', 1024 * 1024);
        Given.Errors(Given.Of<ConfigMap>(ConfigMap.Kind, $"data={{\"a\":\"{text}\"}}")).ShouldBe("");
        Given.Errors(Given.Of<ConfigMap>(ConfigMap.Kind, $"data={{\"a\":\"{text}\",\"b\":\"b\"}}"))
            .ShouldBe("[]: Too long: may not be more than 1048576 bytes");
    }

    [Fact]
    public void A_key_stands_in_one_of_the_two_maps_only() =>
        Given.Errors(Given.Of<ConfigMap>(ConfigMap.Kind, "data={\"a\":\"\"}", "binaryData={\"a\":\"\"}")).ShouldBe(
            "data[a]: Invalid value: \"a\": duplicate of key present in binaryData\nbinaryData[a]: Invalid value: \"a\": duplicate of key present in data");

    [Fact]
    public void Taints_have_known_effects_and_stand_once() =>
        Given.Errors(Given.Of<Node>(Node.Kind, "spec.taints=[{\"key\":\"a\",\"effect\":\"Never\"}]")).ShouldBe(
            "spec.taints[0].effect: Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"");

    [Fact]
    public void A_lease_lasts() =>
        Given.Errors(Given.Of<Lease>(Lease.Kind, "spec.leaseDurationSeconds=0"))
            .ShouldBe("spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0");

    [Fact]
    public void A_revision_has_data() =>
        Given.Errors(Given.Of<ControllerRevision>(ControllerRevision.Kind))
            .ShouldBe("data: Required value: data is mandatory");

    [Fact]
    public void Names_of_namespaces_are_labels() =>
        Given.Errors(Given.Of<Namespace>(Namespace.Kind, "metadata.name=\"a.b\"")).ShouldStartWith(
            "metadata.name: Invalid value: \"a.b\": a lowercase RFC 1123 label must consist of");

    [Fact]
    public void A_node_has_no_namespace() =>
        Given.Errors(Given.Of<Node>(Node.Kind, "metadata.namespace=\"a\""))
            .ShouldBe("metadata.namespace: Forbidden: not allowed on this type");

    [Fact]
    public void One_owner_controls() =>
        Given.Errors(Given.Of<ConfigMap>(ConfigMap.Kind,
            "metadata.ownerReferences=[{\"apiVersion\":\"v1\",\"kind\":\"A\",\"name\":\"a\",\"uid\":\"1\",\"controller\":true},{\"apiVersion\":\"v1\",\"kind\":\"A\",\"name\":\"b\",\"uid\":\"2\",\"controller\":true}]"))
            .ShouldContain(
                "Only one reference can have Controller set to true. Found \"true\" in references for A \"a\" and A \"b\"");

    [Fact]
    public void Every_kind_says_what_is_served()
    {
        foreach (var kind in KindRegistry.All)
        {
            kind.TableColumns.ShouldNotBeEmpty($"{kind} prints a table");
            kind.Plural.ShouldBe(kind.Plural.ToLowerInvariant());
        }
        Pod.Kind.Subresources.Select(s => s.Name).ShouldBe(
            ["status", "log", "binding", "eviction", "proxy", "exec", "attach", "portforward", "ephemeralcontainers",
                "resize"]);
        Deployment.Kind.Has("scale").ShouldBeTrue();
        Namespace.Kind.Has("finalize").ShouldBeTrue();
        KindRegistry.All.Where(k => k.Categories.Contains("all")).Select(k => k.Plural)
            .ShouldBe(["pods", "services", "replicationcontrollers", "deployments", "replicasets", "statefulsets",
                "daemonsets", "jobs", "cronjobs", "horizontalpodautoscalers", "horizontalpodautoscalers"]);
    }
}
