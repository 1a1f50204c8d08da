using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.ApiServer.Tests.Running;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests;

public sealed class AccessTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    [Theory]
    [InlineData("/api/v1/pods", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/pods", "Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/pods", "Basic eDp5", HttpStatusCode.Unauthorized)]
    [InlineData("/healthz", "Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/pods", "Bearer the-token", HttpStatusCode.OK)]
    [InlineData("/healthz", null, HttpStatusCode.OK)]
    [InlineData("/livez", null, HttpStatusCode.OK)]
    [InlineData("/readyz", null, HttpStatusCode.OK)]
    [InlineData("/version", null, HttpStatusCode.OK)]
    public async Task Only_those_with_a_token_come_in(string path, string? authorization, HttpStatusCode expected)
    {
        using var client = new HttpClient { BaseAddress = new Uri(api.Url) };
        if (authorization is not null)
            client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
        using var response = await client.GetAsync(path);
        response.StatusCode.ShouldBe(expected);
        if (expected == HttpStatusCode.Unauthorized)
            (await response.Content.ReadAsStringAsync()).ShouldContain("\"reason\":\"Unauthorized\"");
    }

    [Fact]
    public async Task Health_is_shown_whole_and_in_parts()
    {
        (await api.GetAsync("/readyz")).Text.ShouldBe("ok");
        (await api.GetAsync("/readyz?verbose")).Text.ShouldBe(
            "[+]ping ok\n[+]store ok\n[+]silo ok\n[+]shutdown ok\nreadyz check passed\n");
        (await api.GetAsync("/livez/ping")).Text.ShouldBe("ok");
        (await api.GetAsync("/livez/nothing")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_failing_check_makes_it_unready_but_not_dead()
    {
        await using var sick = new Sick();
        var answer = await sick.GetAsync("/readyz");
        answer.Code.ShouldBe(HttpStatusCode.InternalServerError);
        answer.Text.ShouldBe("[+]ping ok\n[+]store ok\n[+]silo ok\n"
            + "[-]disk failed: reason withheld\n[+]shutdown ok\nreadyz check failed\n");
        (await sick.GetAsync("/readyz?exclude=disk")).Code.ShouldBe(HttpStatusCode.OK);
        (await sick.GetAsync("/livez")).Code.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_closed_store_refuses_writes_and_serves_reads()
    {
        await using var sick = new Sick();
        (await sick.GetAsync(Given.ConfigMaps)).Code.ShouldBe(HttpStatusCode.OK);
        await sick.CloseStoreAsync();
        var answer = await sick.PostAsync(Given.ConfigMaps, Given.ConfigMap("a"));
        answer.Code.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers["Retry-After"].ShouldBe("1");
        (await sick.GetAsync(Given.ConfigMaps)).Code.ShouldBe(HttpStatusCode.OK);
    }

    private sealed class Sick : IAsyncDisposable
    {
        private readonly ApiProcess _api = new()
        {
            Configure = options => options.HealthChecks.Add(
                new HealthCheck("disk", _ => throw new IOException("the disk is gone"))),
        };

        private bool _isStarted;

        public async Task<Answer> GetAsync(string path) => await (await StartedAsync()).GetAsync(path);

        public async Task<Answer> PostAsync(string path, string body) =>
            await (await StartedAsync()).PostAsync(path, body);

        public async Task CloseStoreAsync() =>
            await (await StartedAsync()).Services.GetRequiredService<IObjectStore>().DisposeAsync();

        public ValueTask DisposeAsync() => new(_api.DisposeAsync());

        private async Task<ApiProcess> StartedAsync()
        {
            if (!_isStarted) await _api.InitializeAsync();
            _isStarted = true;
            return _api;
        }
    }
}
