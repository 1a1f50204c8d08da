using System.Globalization;
using System.Text.Json.Nodes;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.Grains;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Objects;

/// <summary>
/// Two API groups may show one store: events of core/v1 and of events.k8s.io/v1 are the same objects. Everything is
/// read and written through here; for all other kinds it changes nothing.
/// </summary>
internal static class Views
{
    // The names that differ between events.k8s.io/v1 and core/v1, for patches are not objects yet.
    private static readonly Dictionary<string, string> StoredEventFields = new()
    {
        ["regarding"] = "involvedObject",
        ["note"] = "message",
        ["reportingController"] = "reportingComponent",
        ["deprecatedSource"] = "source",
        ["deprecatedFirstTimestamp"] = "firstTimestamp",
        ["deprecatedLastTimestamp"] = "lastTimestamp",
        ["deprecatedCount"] = "count",
    };

    /// <summary>The kind shows itself.</summary>
    public static bool IsPlain(Kind kind) => ReferenceEquals(kind.Stored, kind);

    /// <summary>The kind whose objects are stored.</summary>
    public static Kind StoredKind(Kind kind) => kind.Stored;

    /// <summary>The object as it is stored.</summary>
    public static ApiObject ToStored(Kind kind, ApiObject obj) => IsPlain(kind) ? obj : kind.ToStored(obj);

    /// <summary>The stored object as the kind shows it.</summary>
    public static ApiObject ToShown(Kind kind, ApiObject obj) => IsPlain(kind) ? obj : kind.FromStored(obj);

    /// <summary>The stored version as the kind shows it.</summary>
    public static StoredObject Shown(Kind kind, StoredObject stored)
    {
        if (IsPlain(kind)) return stored;
        var shown = kind.FromStored(stored.Object);
        return ReferenceEquals(shown, stored.Object)
            ? stored
            : AsStored(kind, shown) with { Revision = stored.Revision };
    }

    /// <summary>An object in hand as if it came from the store, for the writers of tables and lists.</summary>
    public static StoredObject AsStored(Kind kind, ApiObject obj)
    {
        var revision = long.TryParse(obj.Metadata.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)
            ? number : 0;
        var bare = obj with { Metadata = obj.Metadata with { ResourceVersion = null } };
        return new(kind.KeyOf(obj.Metadata.Namespace ?? "", obj.Metadata.Name ?? ""), revision, obj,
            ApiJson.Write(bare));
    }

    /// <summary>The patch as it applies to the stored object.</summary>
    public static PatchRequest ToStored(Kind kind, PatchRequest patch)
    {
        if (IsPlain(kind)) return patch;
        // Versions of one kind may differ in shape, so the patch is applied to the object as this version shows it.
        if (kind.Group == kind.Stored.Group) return patch with { Version = kind.Version };
        var tree = JsonTrees.Parse(patch.Body);
        if (tree is JsonObject fields) Rename(kind, fields);
        else if (tree is JsonArray operations) Rename(operations);
        return patch with { Body = JsonTrees.ToBytes(tree) };
    }

    private static void Rename(Kind kind, JsonObject fields)
    {
        foreach (var (shown, stored) in StoredEventFields)
        {
            if (fields.Remove(shown, out var value)) fields[stored] = value;
        }
        if (fields.ContainsKey("apiVersion")) fields["apiVersion"] = kind.Stored.ApiVersion;
    }

    private static void Rename(JsonArray operations)
    {
        foreach (var operation in operations.OfType<JsonObject>())
        {
            foreach (var pointer in (ReadOnlySpan<string>)["path", "from"])
            {
                if (operation[pointer] is not JsonValue text || !text.TryGetValue<string>(out var path)) continue;
                var parts = path.Split('/', 3);
                if (parts.Length < 2 || !StoredEventFields.TryGetValue(parts[1], out var stored)) continue;
                parts[1] = stored;
                operation[pointer] = string.Join('/', parts);
            }
        }
    }
}
