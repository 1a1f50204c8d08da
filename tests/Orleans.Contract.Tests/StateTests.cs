using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>What is stored, and who may write it.</summary>
[Collection(nameof(SharedCluster))]
public sealed class StateTests(ClusterFixture fixture)
{
    [Fact]
    public async Task State_survives_the_activation()
    {
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        await grain.Write("kept");
        await fixture.Cluster.DeactivateAsync(grain);
        Assert.Equal("kept", await grain.Value());
    }

    [Fact]
    public async Task State_is_read_before_the_activation_hook()
    {
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        Assert.Equal("blank", await grain.SeenOnActivation());
        await grain.Write("there");
        await fixture.Cluster.DeactivateAsync(grain);
        Assert.Equal("there", await grain.SeenOnActivation());
    }

    [Fact]
    public async Task Unwritten_changes_are_lost()
    {
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        await grain.Write("first");
        await grain.ChangeWithoutWriting("second");
        await fixture.Cluster.DeactivateAsync(grain);
        Assert.Equal("first", await grain.Value());
    }

    [Fact]
    public async Task Several_states_of_one_grain_are_apart()
    {
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        await grain.Write("main");
        await grain.WriteOther(7);
        await fixture.Cluster.DeactivateAsync(grain);
        Assert.Equal(("main", 7), (await grain.Value(), await grain.Other()));
    }

    [Fact]
    public async Task Etag_and_existence_follow_the_writes()
    {
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        Assert.Equal((false, false), await grain.Record());
        await grain.Write("now");
        Assert.Equal((true, true), await grain.Record());
        await grain.Clear();
        Assert.False((await grain.Record()).Exists);
        Assert.Equal("blank", await grain.Value());
        await grain.Write("again");
        Assert.Equal((true, true), await grain.Record());
    }

    [Fact]
    public async Task A_stale_writer_is_refused()
    {
        var storage = fixture.Cluster.GetSiloServiceProvider()
            .GetRequiredKeyedService<IGrainStorage>(ClusterFixture.Storage);
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        await grain.Write("mine");
        var record = new GrainState<StateGrain.Content>();
        await storage.ReadStateAsync("main", grain.GetGrainId(), record);
        var stale = new GrainState<StateGrain.Content>(record.State, record.ETag) { RecordExists = true };
        await grain.Write("mine again");
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => storage.WriteStateAsync("main", grain.GetGrainId(), stale));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => storage.ClearStateAsync("main", grain.GetGrainId(), stale));
        Assert.Equal("mine again", await grain.Value());
    }

    [Fact]
    public async Task An_activation_with_stale_state_fails_its_write_and_is_replaced()
    {
        var storage = fixture.Cluster.GetSiloServiceProvider()
            .GetRequiredKeyedService<IGrainStorage>(ClusterFixture.Storage);
        var grain = fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());
        await grain.Write("before");
        var record = new GrainState<StateGrain.Content>();
        await storage.ReadStateAsync("main", grain.GetGrainId(), record);
        record.State!.Value = "from outside";
        await storage.WriteStateAsync("main", grain.GetGrainId(), record);
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Write("too late"));
        Assert.Equal("from outside", await grain.Value());
        await grain.Write("in time");
        Assert.Equal("in time", await grain.Value());
    }

    [Fact]
    public async Task Grains_with_a_built_in_state_keep_it()
    {
        var grain = fixture.Client.GetGrain<IClassicStateGrain>(ClusterFixture.NewKey());
        await grain.Set(12);
        await fixture.Cluster.DeactivateAsync(grain);
        Assert.Equal(12, await grain.Get());
    }

    [Fact]
    public async Task Constructor_parameters_come_from_the_services() =>
        Assert.True(await fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey()).HasServices());

    [Fact]
    public async Task An_unknown_storage_is_named_in_the_error()
    {
        var grain = fixture.Client.GetGrain<IMisconfiguredGrain>(ClusterFixture.NewKey());
        var error = await Assert.ThrowsAnyAsync<Exception>(() => grain.Touch());
        Assert.Contains("no-such-storage", error.ToString(), StringComparison.Ordinal);
    }
}
