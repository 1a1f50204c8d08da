using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>What a call carries there and back.</summary>
[Collection(nameof(SharedCluster))]
public sealed class CallTests(ClusterFixture fixture)
{
    private IEchoGrain Echo(string? key = null) => fixture.Client.GetGrain<IEchoGrain>(key ?? ClusterFixture.NewKey());

    [Fact]
    public async Task Every_kind_of_return_reaches_the_caller()
    {
        var echo = Echo();
        await echo.Nothing();
        await echo.NothingByValueTask();
        Assert.Equal(7, await echo.Number(7));
        Assert.Equal("x", await echo.TextByValueTask("x"));
        Assert.Equal("a:1:True", await echo.Many("a", 1, true));
        Assert.Null(await echo.MaybeText(null));
    }

    [Fact]
    public async Task Generic_methods_keep_their_type_arguments()
    {
        Assert.Equal(3, await Echo().Generic(3));
        Assert.Equal("three", await Echo().Generic("three"));
    }

    [Fact]
    public async Task Methods_of_base_interfaces_are_served() => Assert.Equal("base", await Echo().FromBase());

    [Fact]
    public async Task Internal_interfaces_are_served() =>
        Assert.Equal(42, await fixture.Client.GetGrain<IInternalGrain>(ClusterFixture.NewKey()).Answer());

    [Fact]
    public async Task Keys_of_all_kinds_come_back_unchanged()
    {
        var guid = Guid.NewGuid();
        Assert.Equal("some/odd key+1", await Echo("some/odd key+1").Key());
        Assert.Equal(-12L, await fixture.Client.GetGrain<IIntegerKeyGrain>(-12).Key());
        Assert.Equal(guid, await fixture.Client.GetGrain<IGuidKeyGrain>(guid).Key());
        Assert.Equal((5L, "ext"), await fixture.Client.GetGrain<ICompoundKeyGrain>(5, "ext").Key());
    }

    [Fact]
    public async Task Keys_may_not_be_empty()
    {
        Assert.ThrowsAny<ArgumentException>(() => fixture.Client.GetGrain<IEchoGrain>(""));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Exceptions_reach_the_caller_with_type_message_data_and_stack()
    {
        var error = await Assert.ThrowsAsync<MarkedException>(() => Echo().Fail("broken", 17));
        Assert.Equal("broken", error.Message);
        Assert.Equal(17, error.Code);
        Assert.Contains(nameof(EchoGrain.Fail), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exceptions_thrown_before_the_first_await_reach_the_caller() =>
        Assert.Equal(
            "at once", (await Assert.ThrowsAsync<InvalidOperationException>(() => Echo().FailAtOnce())).Message);

    [Fact]
    public async Task Exceptions_pass_through_a_chain_of_grains() =>
        Assert.Equal(3, (await Assert.ThrowsAsync<MarkedException>(() => Echo().FailThrough(Echo(), 3))).Code);

    [Fact]
    public async Task A_failed_call_leaves_the_grain_alive()
    {
        var echo = Echo();
        await Assert.ThrowsAsync<MarkedException>(() => echo.Fail("once", 1));
        Assert.Equal(2, await echo.Number(2));
    }

    [Fact]
    public async Task References_are_equal_when_they_name_the_same_grain()
    {
        var key = ClusterFixture.NewKey();
        Assert.Equal(Echo(key), Echo(key));
        Assert.NotEqual(Echo(key), Echo());
        Assert.Equal(Echo(key).GetHashCode(), Echo(key).GetHashCode());
        Assert.Equal(key, Echo(key).GetPrimaryKeyString());
        Assert.Equal(Echo(key), await Echo(key).Self());
        Assert.Equal(key, await Echo().KeyOf(Echo(key)));
    }

    [Fact]
    public async Task A_grain_can_be_reached_by_its_id_and_by_another_interface()
    {
        var echo = Echo();
        Assert.Equal(4, await fixture.Client.GetGrain<IEchoGrain>(echo.GetGrainId()).Number(4));
        Assert.Equal("base", await echo.AsReference<IBaseGrain>().FromBase());
        Assert.Equal(GrainId.Create("echo", echo.GetPrimaryKeyString()), echo.GetGrainId());
        var byType = (IEchoGrain)fixture.Client.GetGrain(typeof(IEchoGrain), echo.GetPrimaryKeyString());
        Assert.Equal(echo, byType);
    }

    [Fact]
    public async Task Explicit_grain_types_name_the_grain() =>
        Assert.StartsWith("named-type/", await fixture.Client.GetGrain<INamedGrain>("k").Identity(),
            StringComparison.Ordinal);

    [Fact]
    public void Unserved_interfaces_are_refused() =>
        Assert.ThrowsAny<ArgumentException>(() => fixture.Client.GetGrain<IUnservedGrain>("k"));

    [Fact]
    public async Task Request_context_flows_along_the_chain_but_not_back()
    {
        RequestContext.Set("colour", "green");
        Assert.Equal("green", await Echo().ContextOf("colour", Echo()));
        await Echo().SetContext("colour", "red");
        Assert.Equal("green", RequestContext.Get("colour"));
        RequestContext.Clear();
        Assert.Null(await Echo().ContextOf("colour", Echo()));
    }

    [Fact]
    public async Task Asynchronous_sequences_stream()
    {
        List<int> seen = [];
        await foreach (var number in Echo().Count(5))
        {
            seen.Add(number);
        }

        Assert.Equal([0, 1, 2, 3, 4], seen);
    }

    [Fact]
    public async Task Errors_in_asynchronous_sequences_reach_the_reader() =>
        await Assert.ThrowsAsync<MarkedException>(async () =>
    {
        await foreach (var _ in Echo().CountAndFail(2))
        {
        }
    });

    [Fact]
    public async Task Generic_grains_are_served_per_type_argument()
    {
        var key = ClusterFixture.NewKey();
        await fixture.Client.GetGrain<IBoxGrain<int>>(key).Put(5);
        await fixture.Client.GetGrain<IBoxGrain<string>>(key).Put("five");
        Assert.Equal(5, await fixture.Client.GetGrain<IBoxGrain<int>>(key).Take());
        Assert.Equal("five", await fixture.Client.GetGrain<IBoxGrain<string>>(key).Take());
    }
}
