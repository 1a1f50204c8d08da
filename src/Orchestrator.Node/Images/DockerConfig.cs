using System.Text;
using System.Text.Json;

namespace Orchestrator.Nodes.Images;

/// <summary>
/// Reads the files that <c>docker login</c> writes: the newer one with <c>auths</c>, and the older one, which is what
/// stands inside of it.
/// </summary>
public static class DockerConfig
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>A <c>config.json</c>.</summary>
    /// <exception cref="FormatException">It is none. The message tells nothing of what stands in it.</exception>
    public static Keyring Parse(ReadOnlyMemory<byte> file) => Read(file, isInner: false);

    /// <summary>A <c>.dockercfg</c>.</summary>
    /// <exception cref="FormatException">It is none. The message tells nothing of what stands in it.</exception>
    public static Keyring ParseOld(ReadOnlyMemory<byte> file) => Read(file, isInner: true);

    private static Keyring Read(ReadOnlyMemory<byte> file, bool isInner)
    {
        try
        {
            using var document = JsonDocument.Parse(file, Lenient);
            var entries = document.RootElement;
            if (entries.ValueKind != JsonValueKind.Object) throw new FormatException("it is no JSON object");
            if (!isInner && !entries.TryGetProperty("auths", out entries)) return Keyring.Empty;
            return entries.ValueKind == JsonValueKind.Null
                ? Keyring.Empty
                : Keyring.Of(entries.EnumerateObject().Select(entry => (entry.Name, CredentialOf(entry.Value))));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The words of the reader may quote what it stumbled over.
            throw new FormatException("it is not of the form that docker login writes");
        }
    }

    private static RegistryCredential CredentialOf(JsonElement entry)
    {
        var (user, password) = (Text(entry, "username"), Text(entry, "password"));
        var both = Text(entry, "auth");
        if (both.Length > 0)
        {
            var decoded = Decoded(both);
            var colon = decoded.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) throw new FormatException("an \"auth\" in it is no user and password in base64");
            (user, password) = (decoded[..colon], decoded[(colon + 1)..].TrimEnd('\0'));
        }
        return new RegistryCredential(user, password, Text(entry, "identitytoken"));
    }

    private static string Decoded(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var count)
            ? Encoding.UTF8.GetString(bytes, 0, count)
            : throw new FormatException("an \"auth\" in it is no base64");
    }

    private static string Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";
}
