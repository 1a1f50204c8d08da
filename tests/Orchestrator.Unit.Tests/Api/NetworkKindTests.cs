using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Discovery.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Networking.V1;

namespace Orchestrator.Unit.Tests.OfApi;

/// <summary>Endpoints, EndpointSlices, Ingresses, their classes and NetworkPolicies.</summary>
public sealed class NetworkKindTests
{
    private const string Backend = "\"backend\":{\"service\":{\"name\":\"web\",\"port\":{\"number\":80}}}";

    public static TheoryData<string, string[], string> Cases => new()
    {
        // resource | edits | what is wrong
        { "endpoints", ["subsets=[{\"addresses\":[{\"ip\":\"10.0.0.1\"}],\"ports\":[{\"port\":80}]}]"], "" },
        { "endpoints", ["subsets=[{}]"],
            "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`" },
        { "endpoints", ["subsets=[{\"addresses\":[{\"ip\":\"127.0.0.1\"}]}]"],
            "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)" },
        { "endpoints", ["subsets=[{\"addresses\":[{\"ip\":\"169.254.1.1\"}]}]"],
            "subsets[0].addresses[0].ip: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)" },
        { "endpointslices", [], "addressType: Required value" },
        { "endpointslices", ["addressType=\"IPv4\"", "endpoints=[{\"addresses\":[\"10.0.0.1\"]}]"], "" },
        { "endpointslices", ["addressType=\"IPv4\"", "endpoints=[{\"addresses\":[]}]"],
            "endpoints[0].addresses: Required value: must contain at least 1 address" },
        { "endpointslices", ["addressType=\"IPv4\"", "endpoints=[{\"addresses\":[\"::1\"]}]"],
            "endpoints[0].addresses[0]: Invalid value: \"::1\": must be a valid IPv4 address" },
        { "endpointslices", ["addressType=\"IPv4\"", "ports=[{},{}]"], "ports[1].name: Duplicate value: \"\"" },
        { "ingresses", [],
            "spec: Invalid value: []: either `defaultBackend` or `rules` must be specified" },
        { "ingresses", [$"spec.rules=[{{\"http\":{{\"paths\":[{{{Backend}}}]}}}}]"],
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified" },
        { "ingresses",
            [$"spec.rules=[{{\"http\":{{\"paths\":[{{\"path\":\"/a//b\",\"pathType\":\"Prefix\",{Backend}}}]}}}}]"],
            "spec.rules[0].http.paths[0].path: Invalid value: \"/a//b\": must not contain '//'" },
        { "ingresses",
            [$"spec.rules=[{{\"http\":{{\"paths\":[{{\"path\":\"a\",\"pathType\":\"Exact\",{Backend}}}]}}}}]"],
            "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path" },
        { "ingresses", ["spec.defaultBackend={}"],
            "spec.defaultBackend: Invalid value: \"\": resource or service backend is required" },
        { "ingresses", ["spec.defaultBackend={\"service\":{\"name\":\"web\"}}"],
            "spec.defaultBackend: Required value: port name or number is required" },
        { "ingresses", ["spec.rules=[{\"host\":\"1.2.3.4\"}]"],
            "spec.rules[0].host: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address" },
        { "ingresses", ["spec.rules=[{\"host\":\"*.a.b\"}]"], "" },
        { "ingressclasses", [], "spec.controller: Required value" },
        { "ingressclasses", ["spec.controller=\"a\""],
            "spec.controller: Invalid value: \"a\": must be a domain-prefixed path (such as \"acme.io/foo\")" },
        { "ingressclasses", ["spec.controller=\"a.b/c\"",
            "spec.parameters={\"kind\":\"K\",\"name\":\"n\",\"scope\":\"Namespace\"}"],
            "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'" },
        { "networkpolicies", [], "" },
        { "networkpolicies", ["spec.ingress=[{\"from\":[{}]}]"],
            "spec.ingress[0].from[0]: Required value: must specify a peer" },
        { "networkpolicies",
            ["spec.egress=[{\"to\":[{\"ipBlock\":{\"cidr\":\"10.0.0.0/8\",\"except\":[\"11.0.0.0/16\"]}}]}]"],
            "spec.egress[0].to[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`" },
        { "networkpolicies", ["spec.ingress=[{\"ports\":[{\"port\":80,\"endPort\":79}]}]"],
            "spec.ingress[0].ports[0].endPort: Invalid value: 79: must be greater than or equal to `port`" },
        { "networkpolicies", ["spec.ingress=[{\"ports\":[{\"port\":\"web\",\"endPort\":79}]}]"],
            "spec.ingress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is non-numeric" },
        { "networkpolicies", ["spec.policyTypes=[\"Both\"]"],
            "spec.policyTypes[0]: Unsupported value: \"Both\": supported values: \"Ingress\", \"Egress\"" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void What_is_wrong_is_named(string plural, string[] edits, string expected) =>
        Given.Errors(Given.Of<ApiObject>(KindOf(plural), edits)).ShouldBe(expected, string.Join(" ", edits));

    public static TheoryData<string, string[], string> Rows => new()
    {
        { "endpoints", [], "x|<none>|<unknown>" },
        { "endpoints",
            ["subsets=[{\"addresses\":[{\"ip\":\"10.0.0.1\"},{\"ip\":\"10.0.0.2\"}],\"ports\":[{\"port\":80},{\"port\":81}]}]"],
            "x|10.0.0.1:80,10.0.0.2:80,10.0.0.1:81 + 1 more...|<unknown>" },
        { "endpoints", ["subsets=[{\"addresses\":[{\"ip\":\"10.0.0.1\"}]}]"], "x|10.0.0.1|<unknown>" },
        { "endpointslices", ["addressType=\"IPv4\""], "x|IPv4|<unset>|<unset>|<unknown>" },
        { "endpointslices", ["addressType=\"IPv4\"", "ports=[{\"port\":80},{}]",
            "endpoints=[{\"addresses\":[\"10.0.0.1\"]}]"],
            "x|IPv4|80,*|10.0.0.1|<unknown>" },
        { "ingresses", ["spec.ingressClassName=\"n\"", "spec.tls=[{}]", "spec.rules=[{\"host\":\"a.b\"},{}]",
            "status.loadBalancer.ingress=[{\"ip\":\"1.1.1.1\"}]"], "x|n|a.b|1.1.1.1|80, 443|<unknown>" },
        { "ingresses", ["spec.rules=[{}]"], "x|<none>|*||80|<unknown>" },
        { "ingressclasses", ["spec.controller=\"a.b/c\"",
            "spec.parameters={\"apiGroup\":\"g.h\",\"kind\":\"K\",\"name\":\"n\"}"],
            "x|a.b/c|K.g.h/n|<unknown>" },
        { "networkpolicies", ["spec.podSelector.matchLabels={\"a\":\"b\"}"], "x|a=b|<unknown>" },
    };

    [Theory, MemberData(nameof(Rows))]
    public void It_is_printed(string plural, string[] edits, string expected) =>
        Tables.Row(Given.Of<ApiObject>(KindOf(plural), edits)).ShouldBe(expected, string.Join(" ", edits));

    [Fact]
    public void A_policy_is_of_the_directions_it_speaks_of()
    {
        Given.At(Given.Of<NetworkPolicy>(NetworkPolicy.Kind), "spec")
            .ShouldBe("{\"podSelector\":{},\"policyTypes\":[\"Ingress\"]}");
        Given.At(Given.Of<NetworkPolicy>(NetworkPolicy.Kind, "spec.egress=[{\"ports\":[{\"port\":53}]}]"), "spec")
            .ShouldBe(
                "{\"podSelector\":{},\"egress\":[{\"ports\":[{\"protocol\":\"TCP\",\"port\":53}]}],\"policyTypes\":[\"Ingress\",\"Egress\"]}");
    }

    [Fact]
    public void Lists_that_clients_rely_on_are_written_when_empty() =>
        Given.Json(Given.Of<EndpointSlice>(EndpointSlice.Kind, "addressType=\"IPv4\""))
            .ShouldContain("\"endpoints\":[],\"ports\":[]");

    [Fact]
    public void The_sort_of_addresses_stays() =>
        Given.Errors(Given.Of<EndpointSlice>(EndpointSlice.Kind, "addressType=\"IPv6\""),
            Given.Of<EndpointSlice>(EndpointSlice.Kind, "addressType=\"IPv4\""))
            .ShouldBe("addressType: Invalid value: \"IPv6\": field is immutable");

    private static Kind KindOf(string plural) => KindRegistry.All.Single(kind => kind.Plural == plural);
}
