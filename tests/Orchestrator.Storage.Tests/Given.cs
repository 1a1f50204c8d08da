using Orchestrator.Api.Apps.V1;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage.Tests;

/// <summary>Objects and writes in as few words as a test needs.</summary>
internal static class Given
{
    /// <summary>How long a test waits for what must happen.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>A machine that stands still for a while ends nobody's turn and no question.</summary>
    public static void Patient(ObjectStoreOptions options) =>
        options.TurnTimeout = options.DatabaseTimeout = options.CatchUpTimeout = options.SettleTimeout = 2 * Patience;

    public static ConfigMap Map(string name, string value = "", string ns = "default") => new()
    {
        Metadata = new() { Name = name, Namespace = ns, Uid = $"uid-{ns}-{name}" },
        Data = new Dictionary<string, string> { ["value"] = value },
    };

    public static Pod Pod(string name, string node = "", string owner = "", string ns = "default") => new()
    {
        Metadata = new()
        {
            Name = name,
            Namespace = ns,
            OwnerReferences = owner.Length == 0
                ? []
                : [new() { Kind = "ReplicaSet", Name = "rs", Uid = owner, Controller = true }],
        },
        Spec = new() { NodeName = node.Length == 0 ? null : node },
    };

    public static ReplicaSet ReplicaSet(string name, string owner = "") => new()
    {
        Metadata = new()
        {
            Name = name,
            Namespace = "default",
            OwnerReferences = owner.Length == 0
                ? []
                : [new() { Kind = "Deployment", Name = "d", Uid = owner, Controller = true }],
        },
    };

    public static ReasonRecord Reason(string why, string uid = "uid-1", string subject = "/configmaps/default/a") =>
        new(DateTimeOffset.UnixEpoch, uid, subject, "Waiting", why, "{}");

    public static Task<StoredObject> Create(this IObjectStore store, ApiObject obj, params ReasonRecord[] reasons) =>
        store.CommitAsync(new(KindRegistry.KeyOf(obj), obj, 0, reasons)).WaitAsync(Patience);

    public static Task<StoredObject> Update(
        this IObjectStore store, StoredObject stored, ApiObject obj, params ReasonRecord[] reasons) =>
        store.CommitAsync(new(stored.Key, obj, stored.Revision, reasons)).WaitAsync(Patience);

    public static Task<StoredObject> Delete(
        this IObjectStore store, StoredObject stored, params ReasonRecord[] reasons) =>
        store.CommitAsync(new(stored.Key, null, stored.Revision, reasons)).WaitAsync(Patience);

    public static string Value(StoredObject? stored) => ((ConfigMap)stored!.Object).Data["value"];

    public static string Json(StoredObject stored) => System.Text.Encoding.UTF8.GetString(stored.Json.Span);

    public static string Shown(IEnumerable<ObjectChange> changes) => string.Join(" ", changes.Select(change =>
        $"{change.Revision}{change.Type.ToString()[0]}:{change.Object.Key.Name}"));

    public static string Names(IEnumerable<StoredObject> objects) =>
        string.Join(" ", objects.Select(obj => $"{obj.Key.Namespace}/{obj.Key.Name}"));
}
