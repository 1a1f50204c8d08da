using System.Globalization;
using System.Text.Json.Nodes;

namespace Orchestrator.Api.Patching;

/// <summary>One manager of an object and the fields it owns: an entry of <c>metadata.managedFields</c>.</summary>
internal sealed record ManagedEntry(
    string Manager, string Operation, string ApiVersion, string Subresource, string? Time, FieldSet Fields)
{
    public const string Applied = "Apply";
    public const string Updated = "Update";

    // An object that many hands touch must not grow for ever; the oldest updates are lumped together, as the reference
    // does.
    private const int UpdatesMax = 10;
    private const string LumpedManager = "ancient-changes";

    /// <summary>Same manager, doing the same through the same door.</summary>
    public bool IsSameManager(ManagedEntry other) =>
        Manager == other.Manager && Operation == other.Operation && Subresource == other.Subresource
        && (Operation == Applied || ApiVersion == other.ApiVersion);

    /// <summary>The manager in the words of a conflict.</summary>
    public override string ToString()
    {
        var through = Subresource.Length == 0 ? "" : $" with subresource \"{Subresource}\"";
        return $"\"{Manager}\"{through}{(Operation == Applied ? "" : $" using {ApiVersion}")}";
    }

    public static string Stamp(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The managers of an object.</summary>
    public static List<ManagedEntry> ReadAll(JsonObject? obj)
    {
        if ((obj?["metadata"] as JsonObject)?["managedFields"] is not JsonArray entries) return [];
        return [.. entries.OfType<JsonObject>().Where(entry => entry.ContainsKey("operation")).Select(Read)];
    }

    /// <summary>
    /// The managers as <c>managedFields</c> holds them: those that own something, in a settled order.
    /// </summary>
    public static JsonArray WriteAll(IEnumerable<ManagedEntry> entries) => new(
    [
        .. Bounded([.. entries.Where(entry => !entry.Fields.IsEmpty)])
            .OrderBy(entry => entry.Operation, StringComparer.Ordinal)
            .ThenBy(entry => entry.Time, StringComparer.Ordinal)
            .ThenBy(entry => entry.Manager, StringComparer.Ordinal)
            .ThenBy(entry => entry.Subresource, StringComparer.Ordinal)
            .Select(entry => entry.Write()),
    ]);

    private static List<ManagedEntry> Bounded(List<ManagedEntry> entries)
    {
        var updates = entries.Where(entry => entry.Operation == Updated)
            .OrderBy(entry => entry.Time, StringComparer.Ordinal).ToList();
        if (updates.Count <= UpdatesMax) return entries;
        var old = updates.Take(updates.Count - UpdatesMax + 1).ToList();
        var lumped = old[^1] with
        {
            Manager = LumpedManager,
            Subresource = "",
            Fields = old.Aggregate(FieldSet.Empty, static (set, entry) => set.Union(entry.Fields)),
        };
        return [.. entries.Except(old), lumped];
    }

    private static ManagedEntry Read(JsonObject entry) => new(
        Text(entry, "manager"), Text(entry, "operation"), Text(entry, "apiVersion"), Text(entry, "subresource"),
        entry["time"]?.ToString(), FieldSet.Read(entry["fieldsV1"]));

    private static string Text(JsonObject entry, string field) => entry[field]?.ToString() ?? "";

    private JsonObject Write()
    {
        var entry = new JsonObject { ["manager"] = Manager, ["operation"] = Operation, ["apiVersion"] = ApiVersion };
        if (Time is not null) entry["time"] = Time;
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = Fields.Write();
        if (Subresource.Length > 0) entry["subresource"] = Subresource;
        return entry;
    }
}
