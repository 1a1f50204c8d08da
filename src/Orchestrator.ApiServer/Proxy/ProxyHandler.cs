using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Access;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>
/// Passes requests on to pods, services and nodes: any method, bodies as they come, redirects and failures of the other
/// side untouched.
/// </summary>
internal sealed class ProxyHandler : IDisposable
{
    private readonly ProxyTargets _targets;
    private readonly NodePages _nodes;
    private readonly AccessRules _rules;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly HttpMessageInvoker _http;

    public ProxyHandler(
        ProxyTargets targets, NodePages nodes, AccessRules rules, IHostApplicationLifetime lifetime,
        IOptions<ApiServerOptions> options)
    {
        (_targets, _nodes, _rules, _lifetime) = (targets, nodes, rules, lifetime);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Value.ProxyConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        // Pods sign their own certificates; the reference does not ask for more either.
#pragma warning disable CA5359
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>Answers a request for what a pod, a service or a node says.</summary>
    public async Task AnswerAsync(HttpContext http, ProxyPath path, ApiUser user)
    {
        _rules.Demand(user, new(VerbOf(http.Request.Method))
        {
            Resource = path.Plural,
            Subresource = "proxy",
            Namespace = path.Namespace,
            Name = path.Name,
        });
        if (path.Plural == Node.Kind.Plural)
        {
            await _nodes.AnswerAsync(http, path);
            return;
        }
        var target = _targets.Find(path);
        if (path.Rest.Length == 0 && http.Request.Method is ("GET" or "HEAD"))
        {
            // Without the slash, relative links of a page would lead out of it.
            http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            http.Response.Headers.Location = $"{http.Request.Path.ToUriComponent()}/{http.Request.QueryString}";
            return;
        }
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            http.RequestAborted, _lifetime.ApplicationStopping);
        using var request = RequestFor(http, path, target);
        using var answer = await SendAsync(request, target, ends.Token);
        if (answer.Content.Headers.NonValidated.TryGetValues("Content-Length", out var lengths)
            && (lengths.Count > 1 || answer.Content.Headers.ContentLength is null))
        {
            // Whoever reads it one way, and whoever reads it the other, would see two answers.
            throw new ApiException(503, "ServiceUnavailable", "error trying to reach service: the length of its answer "
                + $"is said to be {string.Join(" and ", lengths)}");
        }
        await PassBackAsync(http, answer, ends.Token);
    }

    public void Dispose() => _http.Dispose();

    private static string VerbOf(string method) => method switch
    {
        "GET" or "HEAD" => "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => method.ToLowerInvariant(),
    };

    private static HttpRequestMessage RequestFor(HttpContext http, ProxyPath path, DnsEndPoint target)
    {
        var host = target.Host.Contains(':') ? $"[{target.Host}]" : target.Host;
        var rest = path.Rest.Length == 0 ? "/" : path.Rest;
        var uri = new Uri($"{path.Scheme}://{host}:{target.Port}{rest}{http.Request.QueryString}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), uri)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            // Whatever takes the body says how much of it it takes.
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = null;
            request.Content = new StreamContent(http.Request.Body);
        }
        foreach (var (name, values) in ProxyHeaders.OfRequest(http.Request.Headers))
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }
        if (IsUpgrade(http))
        {
            request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", (IEnumerable<string?>)http.Request.Headers.Upgrade);
        }
        var client = http.Connection.RemoteIpAddress?.ToString();
        if (client is not null) request.Headers.TryAddWithoutValidation("X-Forwarded-For", client);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", http.Request.Host.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", http.Request.Scheme);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Uri", http.Request.Path.ToUriComponent());
        return request;
    }

    private static bool IsUpgrade(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true;

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, DnsEndPoint target, CancellationToken ends)
    {
        try
        {
            return await _http.SendAsync(request, ends);
        }
        catch (HttpRequestException e)
        {
            throw new ApiException(503, "ServiceUnavailable",
                $"error trying to reach service: {Told(e, target)}");
        }
        // A connection that does not open in time is cancelled, and nobody else has done so.
        catch (OperationCanceledException) when (!ends.IsCancellationRequested)
        {
            throw new ApiException(503, "ServiceUnavailable",
                $"error trying to reach service: dial tcp {target.Host}:{target.Port}: i/o timeout");
        }
    }

    private static string Told(HttpRequestException e, DnsEndPoint target) => e.InnerException is SocketException socket
        ? $"dial tcp {target.Host}:{target.Port}: connect: {Told(socket)}"
        : e.InnerException?.Message ?? e.Message;

    private static string Told(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "no route to host",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        _ => e.Message,
    };

    private static async Task PassBackAsync(HttpContext http, HttpResponseMessage answer, CancellationToken ends)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in ProxyHeaders.OfAnswer(answer))
            http.Response.Headers[name] = new([.. values]);
        if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            if (!IsUpgrade(http))
            {
                throw new ApiException(503, "ServiceUnavailable", "error trying to reach service: it changed to "
                    + "another protocol, which nobody had asked for");
            }
            http.Response.Headers.Upgrade = answer.Headers.Upgrade.ToString();
            await JoinAsync(http, answer, ends);
            return;
        }
        var hasNoBody = HttpMethods.IsHead(http.Request.Method) || http.Response.StatusCode is 204 or 304;
        if (hasNoBody) return;
        await using var body = await answer.Content.ReadAsStreamAsync(ends);
        await CopyAsync(body, http.Response.Body, ends);
    }

    private static async Task JoinAsync(HttpContext http, HttpResponseMessage answer, CancellationToken ends)
    {
        await using var server = await answer.Content.ReadAsStreamAsync(ends);
        await using var client = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends);
        var (up, down) = (CopyAsync(client, server, either.Token), CopyAsync(server, client, either.Token));
        await Task.WhenAny(up, down);
        await either.CancelAsync();
        // Either side hangs up when it likes, and takes the other with it: that is how such a connection ends.
        await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // What comes is sent on at once: somebody may wait for each line.
    private static async Task CopyAsync(Stream from, Stream to, CancellationToken ends)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, ends) is > 0 and var count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), ends);
            await to.FlushAsync(ends);
        }
    }
}
