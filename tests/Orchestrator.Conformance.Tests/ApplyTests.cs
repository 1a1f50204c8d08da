using Orchestrator.Conformance.Tests.Running;

namespace Orchestrator.Conformance.Tests;

/// <summary>
/// Whoever changes from applying at the client to applying at the server takes over what they applied, and not what the
/// server added: the next apply would try to remove that.
/// </summary>
public sealed class ApplyTests
{
    private static readonly string Samples =
        Path.Combine(Cluster.Root, "tests/Orchestrator.ApiServer.Tests/Samples/kinds.yaml");

    [Fact]
    public async Task What_was_applied_at_the_client_is_applied_at_the_server_again_and_again()
    {
        await using var cluster = new Cluster();
        await cluster.StartAsync("--docker", "none");
        (await cluster.Kubectl("apply", "-f", Samples)).Ok();
        var before = await Generations(cluster);
        (await cluster.Kubectl("apply", "--server-side", "--force-conflicts", "-f", Samples)).Ok();
        (await cluster.Kubectl("apply", "--server-side", "-f", Samples)).Ok();
        (await cluster.Kubectl("apply", "--server-side", "-f", Samples)).Ok();
        Assert.Equal(before, await Generations(cluster));
    }

    private static async Task<string> Generations(Cluster cluster) => (await cluster.Kubectl(
        "get", "-f", Samples, "-o", "jsonpath={range .items[*]}{.kind} {.metadata.uid} {.metadata.generation}\n{end}"))
        .Ok();
}
