using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Api.Meta;

/// <summary>The declaration of the kind whose objects are <typeparamref name="T"/>.</summary>
public sealed class Kind<T>(string apiVersion, string name, string plural) : Kind(apiVersion, name, plural)
    where T : ApiObject
{
    private IReadOnlyList<Column>? _columns;

    /// <summary>The other kind this one is a view of, by a function: kinds are declared in no fixed order.</summary>
    public Func<Kind>? StoredAs { get; init; }

    /// <summary>This view's object → the stored one.</summary>
    public Func<T, ApiObject> ToStoredView { get; init; } = static obj => obj;

    /// <summary>The stored object → this view's.</summary>
    public Func<ApiObject, T> FromStoredView { get; init; } = static obj => (T)obj;

    /// <summary>How an object has ended, for tables; null while it has not.</summary>
    public Func<T, RowCompletion?> Completion { get; init; } = static _ => null;

    /// <summary>Columns of the table.</summary>
    public IReadOnlyList<Column<T>> Columns { get; init; } = [];

    /// <summary>Fills in what the user left out. Must be idempotent.</summary>
    public Func<T, T> Default { get; init; } = static obj => obj;

    /// <summary>
    /// All that is wrong with a new object, or with the new state of an old one, apart from the metadata, whose rules
    /// are the same for all kinds.
    /// </summary>
    public Func<T, T?, IEnumerable<FieldError>> Validate { get; init; } = static (_, _) => [];

    /// <summary>What a creation sets whatever the user sent.</summary>
    public Func<T, T> PrepareCreate { get; init; } = static obj => obj;

    /// <summary>(sent, stored) → stored status under the sent rest. Needed by kinds with a status.</summary>
    public Func<T, T, T> PrepareUpdate { get; init; } = static (sent, _) => sent;

    /// <summary>
    /// (sent, stored) → sent status over the stored rest; the metadata is seen to. Needed by kinds with a status.
    /// </summary>
    public Func<T, T, T> PrepareStatusUpdate { get; init; } = static (sent, _) => sent;

    /// <summary>
    /// (sent, stored) → what another subresource than the status writes, by its name; the metadata is seen to.
    /// </summary>
    public IReadOnlyDictionary<string, Func<T, T, T>> PrepareParts { get; init; } =
        new Dictionary<string, Func<T, T, T>>();

    /// <summary>
    /// (written, stored) → all that is wrong with what a subresource wrote, by its name, where the rules of the object
    /// are not those of the part.
    /// </summary>
    public IReadOnlyDictionary<string, Func<T, T, IEnumerable<FieldError>>> ValidateParts { get; init; } =
        new Dictionary<string, Func<T, T, IEnumerable<FieldError>>>();

    /// <summary>(object, user, groups) → the new object with what it says of the one who asks for it.</summary>
    public Func<T, string, IReadOnlyList<string>, T> Requested { get; init; } = static (obj, _, _) => obj;

    /// <summary>Sentences that a write of the object is answered with.</summary>
    public Func<T, IEnumerable<string>> Warn { get; init; } = static _ => [];

    /// <summary>Field selectors of the kind: path → value ("" when unset).</summary>
    public IReadOnlyDictionary<string, Func<T, string>> Fields { get; init; } =
        new Dictionary<string, Func<T, string>>();

    /// <inheritdoc />
    public override Type Type => typeof(T);

    /// <inheritdoc />
    public override JsonTypeInfo TypeInfo => ApiJson.TypeInfo(typeof(T));

    /// <inheritdoc />
    public override IReadOnlyList<Column> TableColumns =>
        _columns ??= [.. Columns.Select(c => new Column(c.Name, c.Type, (obj, now) => c.Cell((T)obj, now), c.IsWide))];

    /// <inheritdoc />
    public override IReadOnlyCollection<string> SelectableFields => [.. Fields.Keys];

    /// <inheritdoc />
    public override Kind Stored => StoredAs?.Invoke() ?? this;

    /// <inheritdoc />
    public override ApiObject ToStored(ApiObject obj) => ToStoredView((T)obj);

    /// <inheritdoc />
    public override ApiObject FromStored(ApiObject obj) => FromStoredView(obj);

    /// <inheritdoc />
    public override RowCompletion? CompletionOf(ApiObject obj) => Completion((T)obj);

    /// <inheritdoc />
    public override ApiObject Defaulted(ApiObject obj) => Default((T)obj);

    /// <inheritdoc />
    public override IReadOnlyList<FieldError> Check(ApiObject obj, ApiObject? old) =>
        [.. CheckMeta(obj, old), .. Validate((T)obj, (T?)old)];

    /// <inheritdoc />
    public override IReadOnlyList<FieldError> CheckPart(ApiObject obj, ApiObject old, string subresource) =>
        ValidateParts.TryGetValue(subresource, out var validate)
            ? [.. CheckMeta(obj, old), .. validate((T)obj, (T)old)]
            : Check(obj, old);

    /// <inheritdoc />
    public override ApiObject PreparedForCreate(ApiObject obj) => PrepareCreate((T)obj);

    /// <inheritdoc />
    public override ApiObject PreparedForUpdate(ApiObject sent, ApiObject stored)
    {
        ApiObject next = PrepareUpdate((T)sent, (T)stored);
        return next with { Metadata = ObjectMetaRules.Carried(next.Metadata, stored.Metadata) };
    }

    /// <inheritdoc />
    public override ApiObject PreparedForStatusUpdate(ApiObject sent, ApiObject stored)
    {
        ApiObject next = PrepareStatusUpdate((T)sent, (T)stored);
        return next with { Metadata = ObjectMetaRules.OfStatusUpdate(sent.Metadata, stored.Metadata) };
    }

    /// <inheritdoc />
    public override ApiObject PreparedForPart(ApiObject sent, ApiObject stored, string subresource)
    {
        if (subresource == "status") return PreparedForStatusUpdate(sent, stored);
        if (!PrepareParts.TryGetValue(subresource, out var prepare)) return PreparedForUpdate(sent, stored);
        ApiObject next = prepare((T)sent, (T)stored);
        return next with { Metadata = ObjectMetaRules.OfStatusUpdate(sent.Metadata, stored.Metadata) };
    }

    /// <inheritdoc />
    public override IEnumerable<string> WarningsOf(ApiObject obj) => Warn((T)obj);

    /// <inheritdoc />
    public override ApiObject RequestedBy(ApiObject obj, string user, IReadOnlyList<string> groups) =>
        Requested((T)obj, user, groups);

    /// <inheritdoc />
    public override string? FieldValue(ApiObject obj, string path) =>
        Fields.TryGetValue(path, out var read) ? read((T)obj) : null;

    private IReadOnlyList<FieldError> CheckMeta(ApiObject obj, ApiObject? old)
    {
        var errors = new FieldErrors();
        ObjectMetaRules.Check(errors["metadata"], obj.Metadata, IsNamespaced, NameRule);
        if (old is not null) ObjectMetaRules.CheckUpdate(errors["metadata"], obj.Metadata, old.Metadata);
        return errors.Found;
    }
}
