using System.Net;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Discovery.V1;
using Orchestrator.Reconcilers.Services;

namespace Orchestrator.Unit.Tests.Services;

public sealed class ApiEndpointsTests
{
    // why | stored addresses ("" = none) and port | addresses of processes and own port | written ("" = nothing)
    public static TheoryData<string, string, int, string, int, string> Cases => new()
    {
        { "missing", "", 0, "10.0.0.1", 6443, "10.0.0.1:6443" },
        { "as it should be", "10.0.0.1", 6443, "10.0.0.1", 6443, "" },
        { "a process has come", "10.0.0.1", 6443, "10.0.0.2 10.0.0.1", 6443, "10.0.0.1,10.0.0.2:6443" },
        { "a process has gone", "10.0.0.1 10.0.0.2", 6443, "10.0.0.2", 6443, "10.0.0.2:6443" },
        { "alone it moves", "10.0.0.1", 6443, "10.0.0.1", 7443, "10.0.0.1:7443" },
        { "of several the first port stands", "10.0.0.1 10.0.0.2", 6443, "10.0.0.1 10.0.0.2", 7443, "" },
        { "nothing that others could reach", "", 0, "127.0.0.1", 6443, "" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_service_of_the_api_leads_to_every_process(
        string why, string stored, int storedPort, string addresses, int port, string expected)
    {
        var before = stored.Length == 0 ? [] : ApiEndpoints.Plan(null, null, Parsed(stored), storedPort);
        var (endpoints, slice) =
            (before.OfType<Endpoints>().FirstOrDefault(), before.OfType<EndpointSlice>().FirstOrDefault());
        var plan = ApiEndpoints.Plan(endpoints, slice, Parsed(addresses), port);
        var shown = plan.OfType<Endpoints>().Select(one =>
            $"{string.Join(',', one.Subsets[0].Addresses.Select(address => address.Ip))}:{one.Subsets[0].Ports[0].Port}");
        string.Join(' ', shown).ShouldBe(expected, why);
        var slices = plan.OfType<EndpointSlice>().Select(one =>
            $"{string.Join(',', one.Endpoints.SelectMany(endpoint => endpoint.Addresses))}:{one.Ports[0].Port}");
        string.Join(' ', slices).ShouldBe(expected, why);
        plan.ShouldAllBe(obj => Api.Meta.KindRegistry.Of(obj).Check(obj, null).Count == 0);
    }

    private static IEnumerable<IPAddress> Parsed(string text) => text.Split(' ').Select(IPAddress.Parse);
}
