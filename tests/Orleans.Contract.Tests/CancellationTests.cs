using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>Calls that are given up: cancelled or too late.</summary>
public sealed class CancellationTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await DeployAsync(TimeSpan.FromSeconds(60));

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_cancelled_call_ends_for_caller_and_callee()
    {
        var key = ClusterFixture.NewKey();
        using var source = new CancellationTokenSource();
        var call = _cluster.Client.GetGrain<ICancelGrain>(key).WaitUntilCancelled(source.Token);
        await Eventually.Holds(() => Board.Notes(key) is ["waiting"], "the callee waits");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.Holds(() => Board.Notes(key) is ["waiting", "cancelled on its scheduler"],
            "the callee was cancelled");
    }

    [Fact]
    public async Task A_token_cancelled_before_keeps_the_call_from_running()
    {
        var key = ClusterFixture.NewKey();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _cluster.Client.GetGrain<ICancelGrain>(key).WaitUntilCancelled(new CancellationToken(true)));
    }

    [Fact]
    public async Task Cancellation_goes_through_a_chain_of_grains()
    {
        var (first, second) = (ClusterFixture.NewKey(), ClusterFixture.NewKey());
        using var source = new CancellationTokenSource();
        var call = _cluster.Client.GetGrain<ICancelGrain>(first).Pass(_cluster.Client.GetGrain<ICancelGrain>(second),
            source.Token);
        await Eventually.Holds(() => Board.Notes(second) is ["waiting"], "the last callee waits");
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Eventually.Holds(() => Board.Notes(second).Length == 2, "the last callee was cancelled");
    }

    [Fact]
    public async Task A_call_that_takes_too_long_times_out()
    {
        await using var hasty = await DeployAsync(TimeSpan.FromSeconds(2));
        var gate = ClusterFixture.NewKey();
        await Assert.ThrowsAsync<TimeoutException>(
            () => hasty.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey()).WaitFor(gate));
        Board.Open(gate);
    }

    [Fact]
    public async Task A_cycle_of_calls_ends_by_timeout()
    {
        await using var hasty = await DeployAsync(TimeSpan.FromSeconds(2));
        var client = hasty.Client;
        var cycle = client.GetGrain<ICycleGrain>(ClusterFixture.NewKey())
            .GoRound(client.GetGrain<ICycleGrain>(ClusterFixture.NewKey()), allow: false);
        await Assert.ThrowsAsync<TimeoutException>(() => cycle);
    }

    [Fact]
    public async Task A_method_can_have_a_timeout_of_its_own()
    {
        await using var hasty = await DeployAsync(TimeSpan.FromSeconds(2));
        var gate = ClusterFixture.NewKey();
        var call = hasty.Client.GetGrain<ICancelGrain>(ClusterFixture.NewKey()).WaitPatiently(gate);
        await Assert.ThrowsAsync<TimeoutException>(
            () => hasty.Client.GetGrain<ITurnGrain>(ClusterFixture.NewKey()).WaitFor(gate));
        Board.Open(gate);
        await call;
    }

    private static async Task<InProcessTestCluster> DeployAsync(TimeSpan responseTimeout)
    {
        var builder = ClusterFixture.Builder(silos: 1);
        builder.ConfigureSilo((_, silo) =>
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = responseTimeout));
        builder.ConfigureClient(client =>
            client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = responseTimeout));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
