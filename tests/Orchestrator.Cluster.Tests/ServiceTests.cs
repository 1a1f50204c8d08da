using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Cluster.Tests.Running;
using Orchestrator.Grains;

namespace Orchestrator.Cluster.Tests;

public sealed class ServiceTests
{
    private const int Many = 60;

    [Fact]
    public async Task Services_made_at_once_share_no_address_and_no_port()
    {
        await using var world = await TestWorld.StartApartAsync(nodes: 0);
        var made = await Task.WhenAll(Enumerable.Range(0, Many).Select(i => world.Create(Service($"s{i}"))));
        Assert.Equal(Many, made.Select(service => service.Spec.ClusterIP).Distinct().Count());
        Assert.Equal(Many, made.Select(service => service.Spec.Ports[0].NodePort).Distinct().Count());
        Assert.All(made, service => Assert.StartsWith("10.96.", service.Spec.ClusterIP, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_who_ask_for_one_port_one_gets_it()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 2).Select(async i =>
        {
            try
            {
                await world.Create(Service($"s{i}", nodePort: 30500));
                return "";
            }
            catch (ApiException refused)
            {
                return refused.Message;
            }
        }));
        Assert.Single(outcomes, outcome => outcome.Length == 0);
        Assert.Single(outcomes, outcome => outcome.Contains("provided port is already allocated"));
    }

    [Fact]
    public async Task What_a_service_lets_go_another_may_have()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var first = await world.Create(Service("first", nodePort: 30501));
        await world.Update(first with
        {
            Spec = first.Spec with
            {
                Type = "ClusterIP",
                Ports = [first.Spec.Ports[0] with { NodePort = 0 }],
                ExternalTrafficPolicy = null,
            },
        });
        var second = await world.Create(Service("second", nodePort: 30501));
        Assert.Equal(30501, second.Spec.Ports[0].NodePort);
    }

    [Fact]
    public async Task What_a_deleted_service_had_another_may_have()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var first = await world.Create(Service("first", nodePort: 30503));
        await world.GrainOf(first).Delete(new DeleteRequest());
        Assert.Equal(30503, (await world.Create(Service("second", nodePort: 30503))).Spec.Ports[0].NodePort);
    }

    [Fact]
    public async Task A_trial_gives_nothing_away_and_a_failed_write_neither()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        await world.Create(Service("trial", nodePort: 30502), new WriteOptions(DryRun: true));
        var bad = Service("bad", nodePort: 30502);
        bad = bad with { Spec = bad.Spec with { Selector = new Dictionary<string, string> { ["a b"] = "" } } };
        await Assert.ThrowsAsync<ApiException>(() => world.Create(bad));
        Assert.Equal(30502, (await world.Create(Service("real", nodePort: 30502))).Spec.Ports[0].NodePort);
    }

    [Fact]
    public async Task A_type_that_needs_more_gets_more_and_keeps_its_address()
    {
        await using var world = await TestWorld.StartAsync(nodes: 0);
        var service = await world.Create(Service("web") with
        {
            Spec = new() { Ports = [new() { Port = 80 }] },
        });
        Assert.Equal(0, service.Spec.Ports[0].NodePort);
        var patched = (Service)(await world.GrainOf(service).Patch(
            new PatchRequest("application/merge-patch+json", """{"spec":{"type":"NodePort"}}"""u8.ToArray(), ""),
            new WriteOptions())).Object;
        Assert.InRange(patched.Spec.Ports[0].NodePort, 30000, 32767);
        Assert.Equal(service.Spec.ClusterIP, patched.Spec.ClusterIP);
    }

    private static Service Service(string name, int nodePort = 0) => new()
    {
        Metadata = new() { Name = name, Namespace = "default" },
        Spec = new() { Type = "NodePort", Ports = [new() { Port = 80, NodePort = nodePort }] },
    };
}
