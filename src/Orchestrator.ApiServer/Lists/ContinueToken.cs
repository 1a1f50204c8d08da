using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Orchestrator.ApiServer.Content;

namespace Orchestrator.ApiServer.Lists;

/// <summary>
/// Where a list goes on: the revision it is read at and the last key that was sent. Revision -1 means whatever is
/// newest, the inconsistent rest of a list that is too old.
/// </summary>
internal sealed record ContinueToken(long Revision, string Namespace, string Name)
{
    private const int NewestRevision = -1;

    /// <summary>Goes on at the newest state.</summary>
    public bool IsInconsistent => Revision == NewestRevision;

    /// <summary>The same place, at the newest state.</summary>
    public ContinueToken Inconsistent => this with { Revision = NewestRevision };

    /// <summary>Reads a token.</summary>
    /// <exception cref="Api.Meta.ApiException">400: no token of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var root = json.RootElement;
            if (root.GetProperty("v").GetString() != "orc/v1") throw Refusals.InvalidContinue();
            return new(root.GetProperty("rv").GetInt64(), root.GetProperty("ns").GetString()!,
                root.GetProperty("name").GetString()!);
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException
            or InvalidOperationException)
        {
            throw Refusals.InvalidContinue();
        }
    }

    /// <inheritdoc />
    public override string ToString()
    {
        // Names and namespaces are of letters, digits, '.' and '-'; names of RBAC objects may hold ':'. Escaping is
        // still due.
        var json = $"{{\"v\":\"orc/v1\",\"rv\":{Revision},\"ns\":{Quoted(Namespace)},\"name\":{Quoted(Name)}}}";
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
