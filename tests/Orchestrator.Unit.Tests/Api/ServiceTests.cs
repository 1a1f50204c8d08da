using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Unit.Tests.OfApi;

public sealed class ServiceTests
{
    private const string Http = "spec.ports=[{\"port\":80}]";

    public static TheoryData<string, string[], string, string> Defaults => new()
    {
        // why | edits | path | JSON at that path
        { "the type", [], "spec.type", "\"ClusterIP\"" },
        { "affinity", [], "spec.sessionAffinity", "\"None\"" },
        { "affinity lasts three hours", ["spec.sessionAffinity=\"ClientIP\""], "spec.sessionAffinityConfig",
            "{\"clientIP\":{\"timeoutSeconds\":10800}}" },
        { "no affinity has no length", ["spec.sessionAffinityConfig={\"clientIP\":{\"timeoutSeconds\":1}}"],
            "spec.sessionAffinityConfig", "" },
        { "a port", [Http], "spec.ports[0]", "{\"protocol\":\"TCP\",\"port\":80,\"targetPort\":80}" },
        { "a port by name", ["spec.ports=[{\"port\":80,\"targetPort\":\"web\"}]"], "spec.ports[0].targetPort",
            "\"web\"" },
        { "traffic inside", [], "spec.internalTrafficPolicy", "\"Cluster\"" },
        { "no traffic inside of a name", ["spec.type=\"ExternalName\""], "spec.internalTrafficPolicy", "" },
        { "traffic from outside", [], "spec.externalTrafficPolicy", "" },
        { "traffic to node ports", ["spec.type=\"NodePort\""], "spec.externalTrafficPolicy", "\"Cluster\"" },
        { "traffic to external addresses", ["spec.externalIPs=[\"10.0.0.1\"]"], "spec.externalTrafficPolicy",
            "\"Cluster\"" },
        { "node ports of a load balancer", ["spec.type=\"LoadBalancer\""], "spec.allocateLoadBalancerNodePorts",
            "true" },
        { "families", [], "spec.ipFamilies", "[\"IPv4\"]" },
        { "policy of families", [], "spec.ipFamilyPolicy", "\"SingleStack\"" },
        { "names have no family", ["spec.type=\"ExternalName\""], "spec.ipFamilies", "" },
        { "headless and open is of both", ["spec.clusterIP=\"None\""], "spec.ipFamilies", "[\"IPv4\",\"IPv6\"]" },
        { "headless with pods is of one", ["spec.clusterIP=\"None\"", "spec.selector={\"a\":\"b\"}"],
            "spec.ipFamilies", "[\"IPv4\"]" },
        { "the list follows the single address", ["spec.clusterIP=\"None\""], "spec.clusterIPs", "[\"None\"]" },
        { "the status is there", [], "status", "{\"loadBalancer\":{}}" },
    };

    [Theory, MemberData(nameof(Defaults))]
    public void A_service_gets(string why, string[] edits, string path, string expected)
    {
        var service = Given.Of<Service>(Service.Kind, edits);
        Given.At(service, path).ShouldBe(expected, why);
        Given.Json(Service.Kind.Defaulted(service)).ShouldBe(Given.Json(service), why);
    }

    public static TheoryData<string[], string> Refused => new()
    {
        { [Http], "" },
        { [], "spec.ports: Required value" },
        { ["spec.clusterIP=\"None\""], "" },
        { ["spec.type=\"Local\"", Http],
            "spec.type: Unsupported value: \"Local\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"" },
        { ["spec.ports=[{\"port\":0}]"],
            "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive\nspec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive" },
        { ["spec.ports=[{\"port\":80},{\"port\":81}]"],
            "spec.ports[0].name: Required value\nspec.ports[1].name: Required value" },
        { ["spec.ports=[{\"name\":\"a\",\"port\":80},{\"name\":\"a\",\"port\":81}]"],
            "spec.ports[1].name: Duplicate value: \"a\"" },
        { ["spec.ports=[{\"port\":80,\"protocol\":\"ICMP\"}]"],
            "spec.ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\", \"UDP\"" },
        { ["spec.ports=[{\"port\":80,\"nodePort\":30080}]"],
            "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'" },
        { ["spec.type=\"ExternalName\""], "spec.externalName: Required value" },
        { ["spec.type=\"ExternalName\"", "spec.externalName=\"example.com.\""], "" },
        { ["spec.type=\"NodePort\"", "spec.clusterIP=\"None\"", Http],
            "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services" },
        { ["spec.clusterIP=\"nowhere\"", Http],
            "spec.clusterIPs[0]: Invalid value: \"nowhere\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)" },
        { ["spec.clusterIP=\"10.96.0.7\"", "spec.clusterIPs=[\"10.96.0.8\"]", Http],
            "spec.clusterIPs: Invalid value: []string{\"10.96.0.8\"}: first value must match `clusterIP`" },
        { ["spec.ipFamilyPolicy=\"RequireDualStack\"", Http],
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services" },
        { ["spec.ipFamilies=[\"IPv6\"]", Http],
            "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster" },
        { ["spec.externalIPs=[\"127.0.0.1\"]", Http],
            "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)" },
        { ["spec.externalTrafficPolicy=\"Local\"", Http],
            "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services" },
        { ["spec.sessionAffinity=\"ClientIP\"",
            "spec.sessionAffinityConfig={\"clientIP\":{\"timeoutSeconds\":86401}}", Http],
            "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400" },
        { ["spec.loadBalancerClass=\"a/b\"", Http],
            "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'" },
        { ["spec.loadBalancerSourceRanges=[\"10.0.0.0/8\"]", Http],
            "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'" },
        { ["metadata.name=\"1a\"", Http],
            "metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void A_service_is_refused(string[] edits, string expected) =>
        Given.Errors(Given.Of<Service>(Service.Kind, edits)).ShouldBe(expected, string.Join(" ", edits));

    // What is stored before the updates below.
    private static readonly string[] Stored =
    [
        "spec.type=\"LoadBalancer\"", "spec.clusterIP=\"10.96.3.3\"",
        "spec.ports=[{\"name\":\"a\",\"port\":80,\"nodePort\":30080},{\"name\":\"b\",\"port\":81,\"nodePort\":30081}]",
        "spec.loadBalancerClass=\"a/b\"", "spec.externalTrafficPolicy=\"Local\"", "spec.healthCheckNodePort=30099",
        "status.loadBalancer.ingress=[{\"ip\":\"1.2.3.4\"}]",
    ];

    public static TheoryData<string, string[], string> Updates => new()
    {
        // why | the manifest | address, type, ports, what is wrong
        { "a manifest without addresses keeps them",
            ["spec.type=\"LoadBalancer\"", "spec.loadBalancerClass=\"a/b\"", "spec.externalTrafficPolicy=\"Local\"",
                "spec.ports=[{\"name\":\"b\",\"port\":81},{\"name\":\"a\",\"port\":80}]"],
            "10.96.3.3 30081,30080 30099 1.2.3.4 " },
        { "a node port of a port that is gone is free",
            ["spec.type=\"NodePort\"", "spec.ports=[{\"name\":\"c\",\"port\":82}]"], "10.96.3.3 0 0  " },
        { "a type without node ports lets them go",
            ["spec.type=\"ClusterIP\"",
                "spec.ports=[{\"name\":\"a\",\"port\":80,\"nodePort\":30080},{\"name\":\"b\",\"port\":81,\"nodePort\":30081}]",
                "spec.healthCheckNodePort=30099", "spec.externalTrafficPolicy=\"Local\"",
                "spec.loadBalancerClass=\"a/b\"", "spec.allocateLoadBalancerNodePorts=true"],
            "10.96.3.3 0,0 0  " },
        { "a name has no address",
            ["spec.type=\"ExternalName\"", "spec.externalName=\"a.b\"", "spec.clusterIP=\"10.96.3.3\"",
                "spec.clusterIPs=[\"10.96.3.3\"]", "spec.ipFamilies=[\"IPv4\"]",
                "spec.ipFamilyPolicy=\"SingleStack\""],
            "  0  " },
        { "an address stays",
            ["spec.type=\"NodePort\"", "spec.clusterIP=\"10.96.3.4\"", "spec.ports=[{\"port\":80}]"],
            "10.96.3.4 30080 0  spec.clusterIPs[0]: Invalid value: []string{\"10.96.3.4\"}: may not change once set" },
        { "a class stays",
            ["spec.type=\"LoadBalancer\"", "spec.loadBalancerClass=\"a/c\"", "spec.ports=[{\"port\":80}]"],
            "10.96.3.3 30080 0 1.2.3.4 spec.loadBalancerClass: Invalid value: \"a/c\": may not change once set" },
    };

    [Theory, MemberData(nameof(Updates))]
    public void An_update_keeps_what_was_given_out(string why, string[] edits, string expected)
    {
        var old = Given.Of<Service>(Service.Kind, Stored);
        var next = (Service)Service.Kind.Defaulted(
            Service.Kind.PreparedForUpdate(Given.Of<Service>(Service.Kind, edits), old));
        var (spec, point) = (next.Spec, next.Status.LoadBalancer.Ingress is [var first, ..] ? first.Ip : "");
        var ports = string.Join(",", spec.Ports.Select(port => port.NodePort));
        $"{spec.ClusterIP} {ports} {spec.HealthCheckNodePort} {point} {Given.Errors(next, old)}".ShouldBe(
            expected, why);
        Given.Json(Service.Kind.PreparedForUpdate(next, old)).ShouldBe(Given.Json(next), why);
    }

    public static TheoryData<string, string[], string> Rows => new()
    {
        { "an address", ["spec.clusterIP=\"10.96.0.9\"", "spec.selector={\"b\":\"2\",\"a\":\"1\"}", Http],
            "x|ClusterIP|10.96.0.9|<none>|80/TCP|<unknown>|a=1,b=2" },
        { "node ports", ["spec.type=\"NodePort\"", "spec.ports=[{\"port\":80,\"nodePort\":30001}]"],
            "x|NodePort|<none>|<none>|80:30001/TCP|<unknown>|<none>" },
        { "a load balancer that waits", ["spec.type=\"LoadBalancer\"", Http],
            "x|LoadBalancer|<none>|<pending>|80/TCP|<unknown>|<none>" },
        { "a load balancer", ["spec.type=\"LoadBalancer\"", Http, "spec.externalIPs=[\"9.9.9.9\"]",
            "status.loadBalancer.ingress=[{\"ip\":\"1.1.1.1\"},{\"hostname\":\"lb\"}]"],
            "x|LoadBalancer|<none>|1.1.1.1,lb,9.9.9.9|80/TCP|<unknown>|<none>" },
        { "a name", ["spec.type=\"ExternalName\"", "spec.externalName=\"a.b\""],
            "x|ExternalName|<none>|a.b|<none>|<unknown>|<none>" },
        { "no address", ["spec.clusterIP=\"None\""], "x|ClusterIP|None|<none>|<none>|<unknown>|<none>" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void A_service_is_printed(string why, string[] edits, string expected) =>
        Tables.Row(Given.Of<Service>(Service.Kind, edits)).ShouldBe(expected, why);
}
