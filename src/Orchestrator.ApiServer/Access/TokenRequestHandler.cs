using System.Buffers;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Authentication.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Lists;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Routing;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Access;

/// <summary>Hands out tokens of service accounts (<c>kubectl create token</c>).</summary>
internal sealed class TokenRequestHandler(
    GetHandler reads, RequestBody body, ServiceAccountTokens tokens, IWatchCache cache,
    IOptions<ApiServerOptions> options, TimeProvider clock)
{
    private const string OptionsKind = "CreateOptions";
    private const long SecondsDefault = 3600, SecondsMin = 600, SecondsMax = 1L << 32;

    public async Task AnswerAsync(ApiRequest request)
    {
        _ = request.WriteOptions(OptionsKind);
        var json = await body.ReadJsonAsync(request.Http);
        var decoded = ObjectDecoder.Decode<TokenRequest>(
            TokenRequest.Kind.ApiVersion, TokenRequest.Kind.Name, json.Span, request.Validation(OptionsKind));
        WriteHandler.Warn(request.Http, decoded.Warnings);
        var account = (ServiceAccount)(await reads.FindAsync(request)).Object;
        var asked = Checked(request, decoded.Value);
        var claims = Bound(account, asked, ClaimsFor(account, asked));
        var answer = asked with
        {
            Metadata = new()
            {
                Name = account.Metadata.Name,
                Namespace = account.Metadata.Namespace,
                CreationTimestamp = claims.IssuedAt,
            },
            Status = new() { Token = tokens.Issue(claims), ExpirationTimestamp = claims.Expires },
        };
        await AnswerBody.WriteAsync(request.Http, 201, request.Accepted, output =>
            ObjectJson.Write(output, TokenRequest.Kind, answer));
    }

    private TokenRequest Checked(ApiRequest request, TokenRequest asked)
    {
        if (asked.Metadata.Name is { Length: > 0 } name && name != request.Path.Name)
        {
            throw ApiException.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        }
        if (asked.Metadata.Namespace is { Length: > 0 } ns && ns != request.Path.Namespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request");
        }
        var seconds = asked.Spec.ExpirationSeconds ?? SecondsDefault;
        var wrong = seconds < SecondsMin ? "may not specify a duration less than 10 minutes"
            : seconds > SecondsMax ? "may not specify a duration larger than 2^32 seconds"
            : null;
        if (wrong is not null)
        {
            throw ApiException.Invalid(
                TokenRequest.Kind, "", [FieldError.Invalid("spec.expirationSeconds", seconds, wrong)]);
        }
        var audiences = asked.Spec.Audiences.Count > 0 ? asked.Spec.Audiences : tokens.OwnAudiences;
        return asked with { Spec = asked.Spec with { ExpirationSeconds = seconds, Audiences = audiences } };
    }

    private TokenClaims ClaimsFor(ServiceAccount account, TokenRequest asked)
    {
        var (ns, name) = (account.Metadata.Namespace ?? "", account.Metadata.Name ?? "");
        var now = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        return new TokenClaims
        {
            Issuer = options.Value.Issuer,
            Subject = ServiceAccountNames.UserOf(ns, name),
            Audiences = asked.Spec.Audiences,
            IssuedAt = now,
            Expires = now.AddSeconds(asked.Spec.ExpirationSeconds!.Value),
            Id = Guid.NewGuid().ToString(),
            Namespace = ns,
            Account = new(name, account.Metadata.Uid ?? ""),
        };
    }

    private TokenClaims Bound(ServiceAccount account, TokenRequest asked, TokenClaims claims)
    {
        if (asked.Spec.BoundObjectRef is not { } bound) return claims;
        Kind kind = (bound.Kind, bound.ApiVersion) switch
        {
            ("Pod", "v1") => Pod.Kind,
            ("Secret", "v1") => Secret.Kind,
            ("Node", "v1") => Node.Kind,
            _ => throw ApiException.BadRequest($"cannot bind token to object of type {bound.ApiVersion}, "
                + $"Kind={bound.Kind}: bind it to a Pod, a Secret or a Node of v1"),
        };
        var name = bound.Name ?? "";
        var found = cache.Find(kind.KeyOf(claims.Namespace, name))?.Object ?? throw ApiException.NotFound(kind, name);
        var uid = found.Metadata.Uid ?? "";
        if (bound.Uid is { Length: > 0 } wanted && wanted != uid)
        {
            throw ApiException.Conflict(kind, name, $"the UID in the bound object reference ({wanted}) does not match "
                + "the UID in record. The object might have been deleted and then recreated");
        }
        var claimed = new ClaimedObject(name, uid);
        switch (found)
        {
            case Pod pod when pod.Spec.ServiceAccountName != account.Metadata.Name:
                throw ApiException.BadRequest($"cannot bind token for serviceaccount \"{account.Metadata.Name}\" to "
                    + "pod running with different serviceaccount name.");
            case Pod pod:
                return claims with { Pod = claimed, Node = NodeOf(pod) };
            case Secret:
                return claims with { Secret = claimed };
            default:
                return claims with { Node = claimed };
        }
    }

    private ClaimedObject? NodeOf(Pod pod)
    {
        var name = pod.Spec.NodeName ?? "";
        return name.Length > 0 && cache.Find(Node.Kind, "", name)?.Metadata.Uid is { } uid ? new(name, uid) : null;
    }
}
