using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Reconcilers.Services;

namespace Orchestrator.Unit.Tests.Services;

public sealed class ServiceAddressesTests
{
    [Fact]
    public void A_thousand_services_get_a_thousand_addresses_and_node_ports()
    {
        var made = new List<Service>();
        for (var i = 0; i < 1000; i++) made.Add(ServiceAddresses.Fill(Given($"s{i}", "NodePort"), made));
        made.Select(service => service.Spec.ClusterIP).Distinct().Count().ShouldBe(1000);
        made.Select(service => service.Spec.Ports[0].NodePort).Distinct().Count().ShouldBe(1000);
        made.ShouldAllBe(service => service.Spec.ClusterIP!.StartsWith("10.96."));
        made.ShouldAllBe(service => service.Spec.Ports[0].NodePort >= 30086 && service.Spec.Ports[0].NodePort <= 32767);
        made.ShouldAllBe(service => service.Spec.ClusterIPs.Single() == service.Spec.ClusterIP);
    }

    [Fact]
    public void A_name_comes_to_the_same_address_again() =>
        ServiceAddresses.Fill(Given("web"), []).Spec.ClusterIP
            .ShouldBe(ServiceAddresses.Fill(Given("web"), []).Spec.ClusterIP);

    [Fact]
    public void The_address_of_the_api_is_nobody_elses()
    {
        var api = Given("kubernetes") with { Spec = Given("kubernetes").Spec with { ClusterIP = "10.96.0.1" } };
        ServiceAddresses.Fill((Service)Service.Kind.Defaulted(api), []).Spec.ClusterIP.ShouldBe("10.96.0.1");
        Refused(Asking("web", "10.96.0.1")).ShouldContain("provided IP is already allocated");
    }

    [Fact]
    public void Every_node_port_can_be_given_out()
    {
        var ports = Enumerable.Range(0, 2767)
            .Select(i => new ServicePort { Port = i + 1, Protocol = "TCP", NodePort = 30000 + i }).ToList();
        var full = Given("full", "NodePort");
        full = full with { Spec = full.Spec with { Ports = ports } };
        ServiceAddresses.Fill(Given("last", "NodePort"), [full]).Spec.Ports[0].NodePort.ShouldBe(32767);
        var last = ServiceAddresses.Fill(Given("last", "NodePort"), [full]);
        Should.Throw<ApiException>(() => ServiceAddresses.Fill(Given("more", "NodePort"), [full, last]))
            .Message.ShouldContain("failed to allocate a nodePort: range is full");
    }

    public static TheoryData<string, string> Addresses => new()
    {
        { "10.97.0.1",
            "spec.clusterIPs: Invalid value: []string{\"10.97.0.1\"}: failed to allocate IP 10.97.0.1: the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16" },
        { "10.96.0.0", "is not in the valid range" },
        { "10.96.255.255", "is not in the valid range" },
        { "10.96.5.5",
            "spec.clusterIPs: Invalid value: []string{\"10.96.5.5\"}: failed to allocate IP 10.96.5.5: provided IP is already allocated" },
    };

    [Theory, MemberData(nameof(Addresses))]
    public void An_address_that_cannot_be_is_refused(string address, string expected) =>
        Refused(Asking("web", address), Asking("other", "10.96.5.5")).ShouldContain(expected);

    public static TheoryData<int, string> NodePorts => new()
    {
        { 80,
            "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767" },
        { 31000, "spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated" },
    };

    [Theory, MemberData(nameof(NodePorts))]
    public void A_node_port_that_cannot_be_is_refused(int port, string expected) =>
        Refused(WithNodePort("web", port), WithNodePort("other", 31000)).ShouldContain(expected);

    [Fact]
    public void One_port_in_two_protocols_is_one_on_the_nodes()
    {
        var dns = Given("dns", "NodePort");
        dns = dns with
        {
            Spec = dns.Spec with
            {
                Ports =
                [
                    new() { Name = "udp", Port = 53, Protocol = "UDP" }, new() { Name = "tcp", Port = 53,
                        Protocol = "TCP" },
                    new() { Name = "http", Port = 80, Protocol = "TCP" },
                ],
            },
        };
        var ports = ServiceAddresses.Fill(dns, []).Spec.Ports;
        ports[0].NodePort.ShouldBe(ports[1].NodePort);
        ports[2].NodePort.ShouldNotBe(ports[0].NodePort);
    }

    [Fact]
    public void A_balancer_asks_local_pods_on_a_port_of_its_own()
    {
        var service = Given("lb", "LoadBalancer");
        service = service with { Spec = service.Spec with { ExternalTrafficPolicy = "Local" } };
        var spec = ServiceAddresses.Fill(service, []).Spec;
        spec.HealthCheckNodePort.ShouldBeInRange(30086, 32767);
        spec.HealthCheckNodePort.ShouldNotBe(spec.Ports[0].NodePort);
    }

    public static TheoryData<string, Service, Service?, bool> Askers => new()
    {
        { "a new one asks", Given("a"), null, true },
        { "a headless one does not", Asking("a", "None"), null, false },
        { "a name does not", Given("a", "ExternalName"), null, false },
        { "what has all does not", Asking("a", "10.96.7.7"), Asking("a", "10.96.7.7"), false },
        { "a new type asks", WithNodePort("a", 0), Asking("a", "10.96.7.7"), true },
        { "another node port asks", WithNodePort("a", 30001), WithNodePort("a", 30002), true },
    };

    [Theory, MemberData(nameof(Askers))]
    public void Only_who_lacks_something_asks(string why, Service service, Service? before, bool expected) =>
        ServiceAddresses.IsAsking(service, before).ShouldBe(expected, why);

    private static string Refused(Service service, params Service[] others) =>
        Should.Throw<ApiException>(() => ServiceAddresses.Fill(service, others)).Message;

    private static Service Asking(string name, string address) => (Service)Service.Kind.Defaulted(
        Given(name) with { Spec = Given(name).Spec with { ClusterIP = address, ClusterIPs = [] } });

    private static Service WithNodePort(string name, int port)
    {
        var service = Given(name, "NodePort");
        return service with { Spec = service.Spec with { Ports = [service.Spec.Ports[0] with { NodePort = port }] } };
    }

    private static Service Given(string name, string type = "ClusterIP") => (Service)Service.Kind.Defaulted(new Service
    {
        Metadata = new() { Name = name, Namespace = "default" },
        Spec = new() { Type = type, Ports = [new() { Port = 80 }] },
    });
}
