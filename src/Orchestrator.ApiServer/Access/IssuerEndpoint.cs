using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Discovery;

namespace Orchestrator.ApiServer.Access;

/// <summary>Tells others how to check the tokens of service accounts by themselves: the issuer and its keys.</summary>
internal sealed class IssuerEndpoint(ServiceAccountTokens tokens, IOptions<ApiServerOptions> options)
{
    /// <summary><c>/.well-known/openid-configuration</c>.</summary>
    public Task ConfigurationAsync(HttpContext http) =>
        tokens.Signer is null ? PlainText.WriteNotFoundAsync(http) : AnswerAsync(http, "application/json", json =>
        {
            json.WriteString("issuer", options.Value.Issuer);
            json.WriteString("jwks_uri", $"https://{http.Request.Host}/openid/v1/jwks");
            Strings(json, "response_types_supported", "id_token");
            Strings(json, "subject_types_supported", "public");
            Strings(json, "id_token_signing_alg_values_supported", "ES256");
        });

    /// <summary><c>/openid/v1/jwks</c>.</summary>
    public Task KeysAsync(HttpContext http)
    {
        if (tokens.Signer is not { } signer) return PlainText.WriteNotFoundAsync(http);
        return AnswerAsync(http, "application/jwk-set+json", json =>
        {
            var point = signer.PublicPoint;
            json.WriteStartArray("keys");
            json.WriteStartObject();
            json.WriteString("use", "sig");
            json.WriteString("kty", "EC");
            json.WriteString("kid", signer.KeyId);
            json.WriteString("crv", "P-256");
            json.WriteString("alg", "ES256");
            json.WriteString("x", Base64Url.EncodeToString(point.X));
            json.WriteString("y", Base64Url.EncodeToString(point.Y));
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    private static Task AnswerAsync(HttpContext http, string type, Action<Utf8JsonWriter> write) =>
        new CachedDocument(DiscoveryDocuments.Build(write), type).AnswerAsync(http);

    private static void Strings(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
