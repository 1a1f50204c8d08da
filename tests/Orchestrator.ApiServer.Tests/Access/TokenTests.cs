using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.ApiServer.Access;
using Orchestrator.ApiServer.Tests.Running;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Tests.Access;

/// <summary>Tokens of service accounts: what is handed out, what it is worth, and when it is worth nothing.</summary>
public sealed class TokenTests(ApiProcess api) : IClassFixture<ApiProcess>
{
    private const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
    private const string Reviews = "/apis/authentication.k8s.io/v1/tokenreviews";
    private readonly ApiProcess _api = api;

    [Fact]
    public async Task A_token_speaks_for_its_account()
    {
        await GivenAccount("speaks");
        var answer = await RequestAsync("speaks", """{"spec":{"expirationSeconds":1200}}""");
        answer.Code.ShouldBe(HttpStatusCode.Created);
        answer.Json.GetProperty("kind").GetString().ShouldBe("TokenRequest");
        answer.Json.GetProperty("spec").GetProperty("audiences")[0].GetString()
            .ShouldBe("https://kubernetes.default.svc.cluster.local");
        var status = answer.Json.GetProperty("status");
        var left = status.GetProperty("expirationTimestamp").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        left.ShouldBeInRange(TimeSpan.FromSeconds(1100), TimeSpan.FromSeconds(1201));
        var user = await WhoAsync(status.GetProperty("token").GetString()!);
        user.GetProperty("username").GetString().ShouldBe("system:serviceaccount:default:speaks");
        user.GetProperty("groups").EnumerateArray().Select(group => group.GetString()).ShouldBe(
            ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"]);
        user.GetProperty("uid").GetString().ShouldBe(
            _api.Cache.Find(ServiceAccount.Kind, "default", "speaks")!.Metadata.Uid);
    }

    public static TheoryData<string, string, int, string> Refusals => new()
    {
        { "too short", """{"spec":{"expirationSeconds":599}}""", 422,
            "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes" },
        { "too long", """{"spec":{"expirationSeconds":4294967297}}""", 422,
            "spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds" },
        { "another name", """{"metadata":{"name":"other"}}""", 400,
            "the name of the object (other) does not match the name on the URL (refused)" },
        { "bound to nothing",
            """{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"ghost"}}}""", 404,
            "pods \"ghost\" not found" },
        { "bound to what cannot be bound to",
            """{"spec":{"boundObjectRef":{"kind":"ConfigMap","apiVersion":"v1","name":"x"}}}""", 400,
            "cannot bind token to object of type v1, Kind=ConfigMap" },
        { "bound to another account's pod",
            """{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"stranger"}}}""", 400,
            "cannot bind token for serviceaccount \"refused\" to pod running with different serviceaccount name." },
        { "bound to a pod of that name that is no more",
            """{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"stranger","uid":"x"}}}""", 409,
            "the UID in the bound object reference (x) does not match the UID in record" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_request_that_cannot_be_is_refused(string why, string body, int code, string says)
    {
        await GivenAccount("refused");
        await _api.PostAsync(Given.Pods, Given.Pod("stranger"));
        var answer = await RequestAsync("refused", body);
        ((int)answer.Code).ShouldBe(code, $"{why}: {answer.Text}");
        answer.Message.ShouldContain(says, Case.Sensitive, why);
    }

    [Fact]
    public async Task An_account_that_is_not_there_has_no_token()
    {
        var answer = await RequestAsync("nobody", "{}");
        answer.Code.ShouldBe(HttpStatusCode.NotFound);
        answer.Message.ShouldBe("serviceaccounts \"nobody\" not found");
    }

    [Fact]
    public async Task A_token_for_others_is_not_for_this_server_and_a_review_says_for_whom()
    {
        await GivenAccount("others");
        var token = await TokenAsync("others", """{"spec":{"audiences":["vault"]}}""");
        (await CodeOfAsync(token)).ShouldBe(HttpStatusCode.Unauthorized);
        var own = (await ReviewAsync(token, "")).GetProperty("status");
        own.TryGetProperty("authenticated", out _).ShouldBeFalse();
        own.GetProperty("error").GetString()!.ShouldContain("token audiences [vault] is invalid");
        var theirs = (await ReviewAsync(token, "\"vault\",\"else\"")).GetProperty("status");
        theirs.GetProperty("authenticated").GetBoolean().ShouldBeTrue();
        theirs.GetProperty("audiences").EnumerateArray().Select(a => a.GetString()).ShouldBe(["vault"]);
        theirs.GetProperty("user").GetProperty("username").GetString()
            .ShouldBe("system:serviceaccount:default:others");
    }

    [Fact]
    public async Task A_review_knows_the_admin_and_knows_a_stranger()
    {
        var admin = (await ReviewAsync(ApiProcess.Token, "")).GetProperty("status");
        admin.GetProperty("user").GetProperty("username").GetString().ShouldBe("admin");
        admin.GetProperty("user").GetProperty("groups").EnumerateArray().Select(g => g.GetString())
            .ShouldContain("system:masters");
        var stranger = (await ReviewAsync("whatever", "")).GetProperty("status");
        stranger.GetProperty("error").GetString().ShouldBe("invalid bearer token");
        (await _api.PostAsync(Reviews, """{"spec":{}}""")).Message
            .ShouldBe("token is required for TokenReview in authentication");
    }

    [Theory]
    [InlineData("serviceaccount")]
    [InlineData("pod")]
    [InlineData("secret")]
    public async Task A_token_dies_with_what_it_is_bound_to(string what)
    {
        var name = $"dies-{what}";
        await GivenAccount(name);
        var bound = "";
        if (what == "pod")
        {
            await _api.CreateAsync(Given.Pods, Given.Pod(name)
                .Replace("\"containers\"", $"\"serviceAccountName\":\"{name}\",\"containers\""));
            bound = $$$$"""{"spec":{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"{{{{name}}}}"}}}""";
        }
        else if (what == "secret")
        {
            await _api.CreateAsync("/api/v1/namespaces/default/secrets",
                $$$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{{{name}}}}"}}""");
            bound = $$$$"""{"spec":{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"{{{{name}}}}"}}}""";
        }
        var token = await TokenAsync(name, bound.Length > 0 ? bound : "{}");
        (await CodeOfAsync(token)).ShouldBe(HttpStatusCode.OK);
        (await _api.DeleteAsync($"/api/v1/namespaces/default/{what}s/{name}", """{"gracePeriodSeconds":0}""")).Code
            .ShouldBe(HttpStatusCode.OK);
        (await CodeOfAsync(token)).ShouldBe(HttpStatusCode.Unauthorized);
        // One of the same name is another.
        await GivenAccount(name);
        (await CodeOfAsync(token)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    // why | seconds after the issue | refused for
    public static TheoryData<string, int, string?> Times => new()
    {
        { "fresh", 0, null },
        { "a clock that lags a little", -5, null },
        { "a clock that lags too much", -60, "service account token is not valid yet" },
        { "just before the end", 3599, null },
        { "after the end", 3660, "service account token has expired" },
    };

    [Theory]
    [MemberData(nameof(Times))]
    public async Task A_token_has_its_time(string why, int seconds, string? refusal)
    {
        await GivenAccount("timed");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var clock = new FixedClock(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var tokens = new ServiceAccountTokens(
            Options.Create(new ApiServerOptions { TokenKey = key }), _api.Services.GetRequiredService<IWatchCache>(),
            clock);
        var token = tokens.Issue(new TokenClaims
        {
            Issuer = "https://kubernetes.default.svc.cluster.local",
            Subject = "system:serviceaccount:default:timed",
            Audiences = ["a"],
            IssuedAt = clock.GetUtcNow(),
            Expires = clock.GetUtcNow().AddHours(1),
            Id = "1",
            Namespace = "default",
            Account = new("timed", _api.Cache.Find(ServiceAccount.Kind, "default", "timed")!.Metadata.Uid!),
        });
        clock.Now += TimeSpan.FromSeconds(seconds);
        tokens.Find(token, ["a"]).Error.ShouldBe(refusal, why);
    }

    [Fact]
    public async Task Others_may_check_tokens_by_the_published_key()
    {
        await GivenAccount("published");
        var token = await TokenAsync("published", "{}");
        var configuration = (await _api.GetAsync("/.well-known/openid-configuration")).Json;
        configuration.GetProperty("issuer").GetString().ShouldBe("https://kubernetes.default.svc.cluster.local");
        var key = (await _api.GetAsync("/openid/v1/jwks")).Json.GetProperty("keys")[0];
        using var published = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new()
            {
                X = System.Buffers.Text.Base64Url.DecodeFromChars(key.GetProperty("x").GetString()),
                Y = System.Buffers.Text.Base64Url.DecodeFromChars(key.GetProperty("y").GetString()),
            },
        });
        new TokenSigner(published).Open(token).ShouldNotBeNull();
    }

    private Task<Answer> RequestAsync(string account, string body) =>
        _api.PostAsync($"{Accounts}/{account}/token", body);

    private async Task<string> TokenAsync(string account, string body)
    {
        var answer = await RequestAsync(account, body);
        answer.Code.ShouldBe(HttpStatusCode.Created, answer.Text);
        return answer.Json.GetProperty("status").GetProperty("token").GetString()!;
    }

    private async Task<JsonElement> ReviewAsync(string token, string audiences) => (await _api.PostAsync(
        Reviews, $$$$"""{"spec":{"token":"{{{{token}}}}","audiences":[{{{{audiences}}}}]}}""")).Json;

    private Task GivenAccount(string name) => _api.PostAsync(
        Accounts, $$$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{{name}}}}"}}""");

    private async Task<JsonElement> WhoAsync(string token)
    {
        using var response = await SendAsync(
            token, HttpMethod.Post, "/apis/authentication.k8s.io/v1/selfsubjectreviews");
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("status").GetProperty("userInfo");
    }

    private async Task<HttpStatusCode> CodeOfAsync(string token)
    {
        using var response = await SendAsync(token, HttpMethod.Get, Given.Pods);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string token, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (method == HttpMethod.Post)
            request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        return await _api.Client.SendAsync(request);
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
