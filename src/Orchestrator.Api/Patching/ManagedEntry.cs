using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Patching;

/// <summary>One manager of an object and the fields it owns: an entry of <c>metadata.managedFields</c>.</summary>
internal sealed record ManagedEntry(
    string Manager, string Operation, string ApiVersion, string Subresource, DateTimeOffset? Time, FieldSet Fields)
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

    /// <summary>A time as JSON writes it, or null.</summary>
    public static DateTimeOffset? TimeOf(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The managers that <c>managedFields</c> names; an entry without an operation stands for none.</summary>
    public static List<ManagedEntry> ReadAll(IReadOnlyList<ManagedFieldsEntry> entries) =>
        [.. entries.Where(entry => entry.Operation is not null).Select(Read)];

    /// <summary>The managers of an object.</summary>
    public static List<ManagedEntry> ReadAll(JsonObject? obj)
    {
        if ((obj?["metadata"] as JsonObject)?["managedFields"] is not JsonArray entries) return [];
        return ReadAll((IReadOnlyList<ManagedFieldsEntry>)entries.Deserialize(ListType)!);
    }

    /// <summary>
    /// The managers as <c>managedFields</c> holds them: those that own something, in a settled order.
    /// </summary>
    public static IReadOnlyList<ManagedFieldsEntry> WriteAll(IEnumerable<ManagedEntry> entries) =>
    [
        .. Bounded([.. entries.Where(entry => !entry.Fields.IsEmpty)])
            .OrderBy(entry => entry.Operation, StringComparer.Ordinal)
            .ThenBy(entry => entry.Time)
            .ThenBy(entry => entry.Manager, StringComparer.Ordinal)
            .ThenBy(entry => entry.Subresource, StringComparer.Ordinal)
            .Select(entry => entry.Write()),
    ];

    /// <summary>The same as a tree.</summary>
    public static JsonArray TreeOf(IReadOnlyList<ManagedFieldsEntry> entries) =>
        (JsonArray)JsonSerializer.SerializeToNode(entries, ListType)!;

    private static System.Text.Json.Serialization.Metadata.JsonTypeInfo ListType =>
        ApiJson.TypeInfo(typeof(IReadOnlyList<ManagedFieldsEntry>));

    private static List<ManagedEntry> Bounded(List<ManagedEntry> entries)
    {
        if (entries.Count <= UpdatesMax) return entries;
        var updates = entries.Where(entry => entry.Operation == Updated).OrderBy(entry => entry.Time).ToList();
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

    private static ManagedEntry Read(ManagedFieldsEntry entry) => new(
        entry.Manager ?? "", entry.Operation ?? "", entry.ApiVersion ?? "", entry.Subresource ?? "", entry.Time,
        FieldSet.Read(entry.FieldsV1));

    private ManagedFieldsEntry Write() => new()
    {
        Manager = Manager,
        Operation = Operation,
        ApiVersion = ApiVersion,
        Time = Time,
        FieldsType = "FieldsV1",
        FieldsV1 = Fields.Write(),
        Subresource = Subresource,
    };
}
