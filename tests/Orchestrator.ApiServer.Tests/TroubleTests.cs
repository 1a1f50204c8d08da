using System.Net;
using System.Reflection;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Tests.Running;
using Orleans.Runtime;

namespace Orchestrator.ApiServer.Tests;

/// <summary>Silos that die under a call, and a store that is silent.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Reliability", "CA1001", Justification = "the app disposes of its store")]
public sealed class TroubleTests : IAsyncLifetime
{
    private const string Merge = "application/merge-patch+json";
    private readonly ApiProcess _api;
    private StuckStore? _stuck;

    public TroubleTests() => _api = new()
    {
        Between = store => _stuck = new StuckStore(store),
        Configure = options => (options.CatchUpTimeout, options.StoreSilenceMax, options.WriteRetryTime) =
            (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1)),
    };

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Reads_go_on_and_say_that_they_may_be_old_while_the_store_is_silent()
    {
        await _api.CreateAsync(Given.ConfigMaps, Given.ConfigMap("a"));
        _stuck!.IsStuck = true;
        foreach (var path in (string[])[Given.ConfigMaps, $"{Given.ConfigMaps}/a"])
        {
            var answer = await _api.GetAsync(path);
            answer.Code.ShouldBe(HttpStatusCode.OK);
            answer.Headers["Warning"].ShouldContain("the store does not answer");
        }
        (await _api.GetAsync($"{Given.ConfigMaps}?resourceVersion=0")).Headers.Keys.ShouldNotContain("Warning");
        _stuck!.IsStuck = false;
        (await _api.GetAsync(Given.ConfigMaps)).Headers.Keys.ShouldNotContain("Warning");
    }

    [Fact]
    public async Task Writes_are_refused_while_the_store_is_silent()
    {
        _stuck!.IsStuck = true;
        var answer = await _api.PostAsync(Given.ConfigMaps, Given.ConfigMap("a"));
        answer.Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers["Retry-After"].ShouldBe("1");
    }

    [Fact]
    public async Task A_store_that_is_silent_for_long_makes_it_unready()
    {
        _stuck!.IsStuck = true;
        var deadline = TimeProvider.System.GetTimestamp();
        Answer answer;
        while ((answer = await _api.GetAsync("/readyz")).Code == HttpStatusCode.OK)
        {
            TimeProvider.System.GetElapsedTime(deadline).ShouldBeLessThan(TimeSpan.FromSeconds(20));
        }
        answer.Text.ShouldContain("[-]store failed");
        (await _api.GetAsync("/livez")).Code.ShouldBe(HttpStatusCode.OK);
        _stuck!.IsStuck = false;
        (await _api.GetAsync("/readyz")).Code.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_write_that_a_newer_activation_overtook_is_sent_again()
    {
        _api.Troubles.Enqueue(Overtaken());
        _api.Troubles.Enqueue(Overtaken());
        (await _api.PostAsync(Given.ConfigMaps, Given.ConfigMap("a"))).Code.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_write_that_is_overtaken_without_end_is_refused_in_the_end()
    {
        for (var i = 0; i < 100; i++) _api.Troubles.Enqueue(Overtaken());
        var answer = await _api.PostAsync(Given.ConfigMaps, Given.ConfigMap("a"));
        answer.Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers["Retry-After"].ShouldBe("1");
    }

    [Fact]
    public async Task A_write_to_a_silo_that_died_is_sent_again_where_that_is_safe()
    {
        _api.Troubles.Enqueue(new SiloUnavailableException("it died"));
        (await _api.PostAsync(Given.ConfigMaps, Given.ConfigMap("a"))).Code.ShouldBe(HttpStatusCode.Created);
        _api.Troubles.Enqueue(new SiloUnavailableException("it died"));
        var patched = await _api.SendAsync(
            HttpMethod.Patch, $"{Given.ConfigMaps}/a", """{"data":{"k":"v"}}""", Merge);
        patched.Code.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_may_have_been_done_is_not_done_twice()
    {
        _api.Troubles.Enqueue(new SiloUnavailableException("it died"));
        var answer = await _api.PostAsync(
            Given.ConfigMaps, """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"generateName":"made-"}}""");
        answer.Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Message.ShouldContain("not known whether it was written");
        answer.Headers["Retry-After"].ShouldBe("1");
        (await _api.GetAsync(Given.ConfigMaps)).Names.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_surely_was_not_done_is_done_again_whatever_it_is()
    {
        _api.Troubles.Enqueue(Rejection());
        var answer = await _api.PostAsync(
            Given.ConfigMaps, """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"generateName":"made-"}}""");
        answer.Code.ShouldBe(HttpStatusCode.Created);
    }

    // What a grain says whose activation was overtaken.
    private static ApiException Overtaken() => new(503, "ServiceUnavailable", "overtaken",
        new StatusDetails("a", "", ConfigMap.Kind.Plural, [new StatusCause("Overtaken", "again")], 1));

    // The engine makes these itself and lets nobody else.
    private static Exception Rejection() => (Exception)Activator.CreateInstance(
        typeof(OrleansMessageRejectionException), BindingFlags.NonPublic | BindingFlags.Instance, null,
        ["not delivered"], null)!;
}
