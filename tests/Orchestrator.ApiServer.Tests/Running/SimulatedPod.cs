using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Tests.Running;

/// <summary>A pod whose container runs on a simulated engine, with a status as a node would report it.</summary>
internal static class SimulatedPod
{
    /// <summary>Makes the node, the container and the pod.</summary>
    public static async Task StartAsync(ApiProcess api, string name)
    {
        var endpoint = $"simulated://{name}";
        await api.CreateAsync("/api/v1/nodes", $$$$"""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{{name}}}}","annotations":{"orchestrator.io/endpoint":"{{{{endpoint}}}}"}}}
            """);
        var runtime = api.Services.GetRequiredService<ContainerRuntimes>().For(name, endpoint);
        var image = await runtime.EnsureInfraImageAsync(default);
        var id = await runtime.CreateAsync(
            new ContainerSpec { Name = name, Image = image, Labels = new Dictionary<string, string>() }, default);
        await runtime.StartAsync(id, default);
        var ip = (await runtime.InspectAsync(id, default))!.IpAddress;
        var path = $"{Given.Pods}/{name}";
        await api.CreateAsync(Given.Pods, Given.Pod(name, node: name, containers:
            """{"name":"c","image":"nginx","stdin":true}"""));
        (await api.SendAsync(HttpMethod.Patch, $"{path}/status", $$$$"""
            {"status":{"phase":"Running","podIP":"{{{{ip}}}}","conditions":[{"type":"Ready","status":"True"}],
            "containerStatuses":[{"name":"c","image":"nginx","imageID":"","ready":true,"restartCount":0,
            "containerID":"docker://{{{{id}}}}","state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}}}]}}
            """, "application/merge-patch+json")).Code.ShouldBe(HttpStatusCode.OK);
    }
}
