using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.ApiServer.Access;

/// <summary>
/// Signs JSON Web Tokens with the cluster's key (ES256), and opens those it signed. Knows nothing of what they say.
/// </summary>
internal sealed class TokenSigner
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key;
    private readonly string _header;

    public TokenSigner(ECDsa key)
    {
        _key = key;
        KeyId = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        _header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{KeyId}}"}"""));
    }

    /// <summary>Names the key, as verifiers elsewhere look for it.</summary>
    public string KeyId { get; }

    /// <summary>The public half of the key.</summary>
    public ECPoint PublicPoint => _key.ExportParameters(includePrivateParameters: false).Q;

    /// <summary>The token that says what the payload says.</summary>
    public string Sign(ReadOnlySpan<byte> payload)
    {
        var signed = $"{_header}.{Base64Url.EncodeToString(payload)}";
        byte[] signature;
        // A key is not made for several threads at once.
        lock (_gate) signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>What a token says, or null when it is not one that this key has signed.</summary>
    public byte[]? Open(string token)
    {
        if (token.Split('.') is not [var header, var payload, var signature]) return null;
        try
        {
            // The algorithm is ours and never the token's choice, but one that names another is not for us.
            using var named = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
            if (named.RootElement is not { ValueKind: JsonValueKind.Object } fields
                || !fields.TryGetProperty("alg", out var algorithm)
                || !algorithm.ValueEquals("ES256"))
            {
                return null;
            }
            var proof = Base64Url.DecodeFromChars(signature);
            var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
            lock (_gate)
            {
                if (!_key.VerifyData(signed, proof, HashAlgorithmName.SHA256)) return null;
            }
            return Base64Url.DecodeFromChars(payload);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
