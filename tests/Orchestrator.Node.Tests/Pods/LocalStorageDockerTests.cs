using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes.Tests.Docker;

namespace Orchestrator.Nodes.Tests.Pods;

/// <summary>Pods that fill the disk of their node, on the real engine.</summary>
public sealed class LocalStorageDockerTests(DockerFixture docker)
    : DockerPodScene(docker), IClassFixture<DockerFixture>
{
    private const string Kibibytes = "dd if=/dev/zero bs=1k";

    [SkippableFact]
    public async Task Pods_that_write_more_than_they_may_are_evicted_and_others_run_on()
    {
        await StartAsync();
        var full = GivenPod.Of("full",
            Limited("a", $"{Kibibytes} of=/f count=2048; {Forever}", "1Mi"), Limited("b", Forever, "4Mi"));
        var loud = GivenPod.Of("loud", Limited("c", $"seq 1 200000; {Forever}", "1Mi"));
        var both = GivenPod.Of("both", Limited("c",
            $"{Kibibytes} of=/f count=600; {Kibibytes} of=/v/f count=600; {Forever}", "1Mi") with
        {
            VolumeMounts = [new() { Name = "v", MountPath = "/v" }],
        }).With(spec => spec with { Volumes = [new() { Name = "v", EmptyDir = new() }] });
        var fits = GivenPod.Of("fits", Limited("c", $"{Kibibytes} of=/f count=512; seq 1 1000; {Forever}", "1Mi"));
        foreach (var pod in new[] { full, loud, both, fits }) await Cluster.ApplyAsync(pod);
        await EvictedAsync("full", "Container a exceeded its local ephemeral storage limit \"1Mi\". ");
        await EvictedAsync("loud", "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ");
        await EvictedAsync("both", "Pod ephemeral local storage usage exceeds the total limit of containers 1Mi. ");
        (await RunningAsync("fits")).Reason.ShouldBeNull();
        Cluster.Events.ShouldNotContain(text => text.Contains("StorageNotCounted"));
        foreach (var pod in new[] { full, loud, both, fits }) await GoneAsync(pod);
    }

    private async Task EvictedAsync(string name, string message)
    {
        var status = await UntilAsync(name, status => status.Phase == "Failed");
        (status.Reason, status.Message).ShouldBe(("Evicted", message), name);
        status.ContainerStatuses.ShouldAllBe(container => container.State!.Terminated != null);
        Cluster.Events.Where(text => text.StartsWith($"{name}  Warning Evicted"))
            .ShouldBe([$"{name}  Warning Evicted: {message}"]);
    }

    private static Container Limited(string name, string script, string limit) => GivenPod.Shell(name, script) with
    {
        Resources = new()
        {
            Limits = new Dictionary<string, Quantity> { ["ephemeral-storage"] = Quantity.Parse(limit) },
        },
    };
}
