using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Nodes.Docker;
using Orchestrator.Nodes.Simulated;

namespace Orchestrator.Nodes.Tests.Simulated;

public sealed class ContainerRuntimesTests : IAsyncLifetime, IAsyncDisposable
{
    private ContainerRuntimes _runtimes = null!;

    public Task InitializeAsync()
    {
        _runtimes = new ContainerRuntimes(
            new ContainerRuntimeOptions { Cluster = "test", Simulated = new SimulatedOptions { Cpus = 4 } },
            TimeProvider.System, NullLoggerFactory.Instance);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _runtimes.DisposeAsync();

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    [Fact]
    public void One_runtime_is_shared_per_node_and_endpoint()
    {
        var first = _runtimes.For("a", "simulated://");
        _runtimes.For("a", "simulated://").ShouldBeSameAs(first);
        _runtimes.For("b", "simulated://").ShouldNotBeSameAs(first);
        _runtimes.For("a", "unix:///nowhere.sock").ShouldBeOfType<DockerRuntime>();
    }

    [Fact]
    public async Task An_endpoint_may_say_what_the_simulated_machine_is()
    {
        (await _runtimes.For("a", "simulated://").DescribeAsync(default)).Cpus.ShouldBe(4);
        var large = await _runtimes.For("a", "simulated://large?cpus=64&memory=1024&seed=3").DescribeAsync(default);
        large.Cpus.ShouldBe(64);
        large.MemoryBytes.ShouldBe(1024);
    }

    [Theory]
    [InlineData("simulated://?cpus=none")]
    [InlineData("simulated://?colour=red")]
    [InlineData("ftp://host")]
    public void An_endpoint_that_says_something_unknown_is_refused(string endpoint) =>
        Should.Throw<FormatException>(() => _runtimes.For("a", endpoint)).Message.ShouldContain(endpoint);
}
