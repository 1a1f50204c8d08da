using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

/// <summary>A silo in an ordinary host: its lifecycle, its startup tasks and the filters around its calls.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Stages_start_upwards_and_stop_downwards()
    {
        var key = ClusterFixture.NewKey();
        var cluster = await Deploy(
            silo => silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new Participant(key)));
        await cluster.StopAllSilosAsync();
        await cluster.DisposeAsync();
        Assert.Equal(
            ["start 4000", "start 10000", "start 20000", "stop 20000", "stop 10000", "stop 4000"], Board.Notes(key));
    }

    [Fact]
    public async Task Startup_tasks_can_call_grains()
    {
        var key = ClusterFixture.NewKey();
        await using var cluster = await Deploy(silo => silo.AddStartupTask(async (services, _) =>
            Board.Note(key,
                $"echoed {await services.GetRequiredService<IGrainFactory>().GetGrain<IEchoGrain>("x").Number(3)}")));
        Assert.Equal(["echoed 3"], Board.Notes(key));
    }

    [Fact]
    public async Task The_host_has_a_client_of_its_own()
    {
        await using var cluster = await Deploy(_ => { });
        var client = cluster.Silos[0].ServiceProvider.GetRequiredService<IClusterClient>();
        Assert.Equal(9, await client.GetGrain<IEchoGrain>("y").Number(9));
    }

    [Fact]
    public async Task Incoming_filters_wrap_calls_and_may_change_results()
    {
        var key = ClusterFixture.NewKey();
        await using var cluster = await Deploy(silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            if (context.Grain is EchoGrain && context.MethodName == nameof(IEchoGrain.Number))
            {
                Board.Note(
                    key, $"before {context.ImplementationMethod.DeclaringType!.Name} {context.Request.GetArgument(0)}");
                await context.Invoke();
                Board.Note(key, $"after {context.Result}");
                context.Result = 100;
                return;
            }

            await context.Invoke();
        }));
        Assert.Equal(100, await cluster.Client.GetGrain<IEchoGrain>("f").Number(5));
        Assert.Equal(["before EchoGrain 5", "after 5"], Board.Notes(key));
    }

    [Fact]
    public async Task Incoming_filters_see_and_may_replace_exceptions()
    {
        await using var cluster = await Deploy(silo => silo.AddIncomingGrainCallFilter(async context =>
        {
            try
            {
                await context.Invoke();
            }
            catch (MarkedException error)
            {
                throw new InvalidOperationException($"was {error.Code}");
            }
        }));
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => cluster.Client.GetGrain<IEchoGrain>("g").Fail("x", 8));
        Assert.Equal("was 8", error.Message);
    }

    [Fact]
    public async Task A_grain_can_filter_its_own_calls()
    {
        await using var cluster = await Deploy(_ => { });
        var key = ClusterFixture.NewKey();
        await cluster.Client.GetGrain<ISelfFilterGrain>(key).Touch();
        Assert.Equal(["before Touch", "touched", "after Touch"], Board.Notes(key));
    }

    [Fact]
    public async Task Outgoing_filters_wrap_the_calls_of_grains_and_may_set_the_request_context()
    {
        await using var cluster = await Deploy(silo => silo.AddOutgoingGrainCallFilter(context =>
        {
            if (context.InterfaceMethod.Name == nameof(IEchoGrain.ContextOf))
            {
                RequestContext.Set("stamp", "by filter");
            }

            return context.Invoke();
        }));
        var echo = cluster.Client.GetGrain<IEchoGrain>("h");
        Assert.Equal("by filter", await echo.ContextOf("stamp", cluster.Client.GetGrain<IEchoGrain>("i")));
    }

    [Fact]
    public async Task A_failing_stage_fails_the_start()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var cluster = await Deploy(
                silo => silo.AddStartupTask((_, _) => throw new InvalidOperationException("will not start")));
        });
    }

    private static async Task<InProcessTestCluster> Deploy(Action<ISiloBuilder> configure)
    {
        var builder = ClusterFixture.Builder(silos: 1);
        builder.ConfigureSilo((_, silo) => configure(silo));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private sealed class Participant(string key) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            foreach (var stage in (int[])
                [ServiceLifecycleStage.Active, ServiceLifecycleStage.RuntimeServices,
                    ServiceLifecycleStage.ApplicationServices])
            {
                lifecycle.Subscribe(nameof(Participant), stage, _ => Note($"start {stage}"),
                    _ => Note($"stop {stage}"));
            }
        }

        private Task Note(string text)
        {
            Board.Note(key, text);
            return Task.CompletedTask;
        }
    }
}
