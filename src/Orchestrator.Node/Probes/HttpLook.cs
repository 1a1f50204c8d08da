using System.Net.Security;
using System.Security.Authentication;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Pods;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>
/// Well is who answers a GET with 200 to 399. Spoken by hand over a connection of its own, without the pools and
/// handlers of a client that is made for more: a node asks many, each seldom. Redirections are followed on the same
/// host; one that leads elsewhere is well, with a warning.
/// </summary>
internal sealed class HttpLook(IContainerRuntime runtime, ProbeTarget target, HTTPGetAction action) : ILook
{
    private const int RedirectsMax = 10;

    private HttpRequest? _request;

    /// <inheritdoc/>
    public async Task<ProbeAnswer> LookAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var first = _request ??= HttpRequest.Of(action, target);
        if (first.Fault() is { } fault) return ProbeAnswer.Fail($"Get \"{first.Url}\": {fault}");
        var request = first;
        for (var redirects = 0; redirects < RedirectsMax; redirects++)
        {
            var (answer, next) = await GetAsync(request, cancellation);
            if (next is null) return answer;
            if (!string.Equals(next.Host, first.Host, StringComparison.OrdinalIgnoreCase)) return answer;
            request = next;
        }
        return ProbeAnswer.Fail($"Get \"{request.Url}\": stopped after {RedirectsMax} redirects");
    }

    // The answer, and where it leads when it leads somewhere.
    private async Task<(ProbeAnswer Answer, HttpRequest? Next)> GetAsync(
        HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            var connection = await PodDialer.DialAsync(
                runtime, request.Host, request.Port, isBrief: !request.IsSecured, cancellation);
            await using var plain = new PodStream(connection);
            if (!request.IsSecured) return await ExchangeAsync(request, plain, cancellation);
            await using var secured = new SslStream(plain, leaveInnerStreamOpen: true);
            await secured.AuthenticateAsClientAsync(Trusting(request.Host), cancellation);
            return await ExchangeAsync(request, secured, cancellation);
        }
        catch (RuntimeRefusedException refused)
        {
            return Failed(request, Looks.Absence(request.Host, request.Port, refused));
        }
        catch (OperationCanceledException)
        {
            return Failed(request, "context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
        catch (AuthenticationException wrong)
        {
            return Failed(request, $"tls: {wrong.InnerException?.Message ?? wrong.Message}");
        }
        catch (IOException broken)
        {
            return Failed(request, $"read tcp {Looks.HostAndPort(request.Host, request.Port)}: {Cause(broken)}");
        }
    }

    private static async Task<(ProbeAnswer, HttpRequest?)> ExchangeAsync(
        HttpRequest request, Stream stream, CancellationToken cancellation)
    {
        using var reply = new HttpReply();
        await stream.WriteAsync(request.Bytes, cancellation);
        if (await reply.ReadHeadAsync(stream, cancellation) is { } fault) return Failed(request, fault);
        try
        {
            await reply.ReadBodyAsync(stream, cancellation);
        }
        catch (Exception late) when (late is OperationCanceledException or IOException)
        {
            // The code is known, but who does not get to the end of an answer may not be well: that is no result.
            throw new LookException(late is IOException broken ? Cause(broken)
                : "context deadline exceeded (Client.Timeout or context cancellation while reading body)");
        }
        return Judge(request, reply);
    }

    private static (ProbeAnswer, HttpRequest?) Judge(HttpRequest request, HttpReply reply)
    {
        if (reply.Code is < 200 or >= 400)
            return (ProbeAnswer.Fail($"HTTP probe failed with statuscode: {reply.Code}"), null);
        if (reply.Code < 300) return (new ProbeAnswer(ProbeOutcome.Success), null);
        var next = reply is { Code: 301 or 302 or 303 or 307 or 308, Location: { } location }
            ? request.Redirected(location)
            : null;
        return (new ProbeAnswer(
            ProbeOutcome.Success, $"Probe terminated redirects, Response body: {reply.Body}", IsWarning: true), next);
    }

    private static (ProbeAnswer, HttpRequest?) Failed(HttpRequest request, string why) =>
        (ProbeAnswer.Fail($"Get \"{request.Url}\": {why}"), null);

    private static string Cause(IOException broken) =>
        broken.InnerException is System.Net.Sockets.SocketException { SocketErrorCode: var code }
            && code == System.Net.Sockets.SocketError.ConnectionReset
            ? "read: connection reset by peer" : broken.Message;

    // Whether it is well is asked, not who it is: certificates of pods are their own affair.
    private static SslClientAuthenticationOptions Trusting(string host) => new()
    {
        TargetHost = host,
#pragma warning disable CA5359
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
    };
}
