using System.Buffers;
using System.Text.Json;

namespace Orchestrator.ApiServer.Access;

/// <summary>What a service account's token says, in the reference's claims.</summary>
internal sealed record TokenClaims
{
    private const string PrivateClaims = "kubernetes.io";

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset Expires { get; init; }

    /// <summary>Tells tokens apart.</summary>
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    public required ClaimedObject Account { get; init; }

    /// <summary>The pod it lives and dies with.</summary>
    public ClaimedObject? Pod { get; init; }

    /// <summary>The secret it lives and dies with.</summary>
    public ClaimedObject? Secret { get; init; }

    /// <summary>The node it lives and dies with; beside a pod only a note of where the pod runs.</summary>
    public ClaimedObject? Node { get; init; }

    /// <summary>The claims as JSON.</summary>
    public byte[] Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartArray("aud");
            foreach (var audience in Audiences) json.WriteStringValue(audience);
            json.WriteEndArray();
            json.WriteNumber("exp", Expires.ToUnixTimeSeconds());
            json.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            json.WriteString("iss", Issuer);
            json.WriteString("jti", Id);
            json.WriteStartObject(PrivateClaims);
            json.WriteString("namespace", Namespace);
            WriteObject(json, "node", Node);
            WriteObject(json, "pod", Pod);
            WriteObject(json, "secret", Secret);
            WriteObject(json, "serviceaccount", Account);
            json.WriteEndObject();
            json.WriteNumber("nbf", IssuedAt.ToUnixTimeSeconds());
            json.WriteString("sub", Subject);
            json.WriteEndObject();
        }
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads claims; null when they are not a service account's.</summary>
    public static TokenClaims? Read(ReadOnlySpan<byte> payload)
    {
        try
        {
            var root = JsonElement.Parse(payload);
            var own = root.GetProperty(PrivateClaims);
            return new TokenClaims
            {
                Issuer = root.GetProperty("iss").GetString() ?? "",
                Subject = root.GetProperty("sub").GetString() ?? "",
                Audiences = [.. AudiencesOf(root.GetProperty("aud"))],
                IssuedAt = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("nbf").GetInt64()),
                Expires = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("exp").GetInt64()),
                Id = root.GetProperty("jti").GetString() ?? "",
                Namespace = own.GetProperty("namespace").GetString() ?? "",
                Account = ReadObject(own, "serviceaccount") ?? throw new KeyNotFoundException("serviceaccount"),
                Pod = ReadObject(own, "pod"),
                Secret = ReadObject(own, "secret"),
                Node = ReadObject(own, "node"),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    // One audience may stand there without a list.
    private static IEnumerable<string> AudiencesOf(JsonElement claim) => claim.ValueKind == JsonValueKind.String
        ? [claim.GetString()!]
        : claim.EnumerateArray().Select(audience => audience.GetString() ?? "");

    private static void WriteObject(Utf8JsonWriter json, string name, ClaimedObject? claimed)
    {
        if (claimed is null) return;
        json.WriteStartObject(name);
        json.WriteString("name", claimed.Name);
        json.WriteString("uid", claimed.Uid);
        json.WriteEndObject();
    }

    private static ClaimedObject? ReadObject(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var claimed)
            ? new(claimed.GetProperty("name").GetString() ?? "", claimed.GetProperty("uid").GetString() ?? "")
            : null;
}

/// <summary>An object a token is bound to. Names are used again; the UID is not.</summary>
internal sealed record ClaimedObject(string Name, string Uid);
