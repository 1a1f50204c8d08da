using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Api.Meta;

/// <summary>
/// Everything the machinery knows of a kind: its names, what it serves, how it is defaulted, checked and printed.
/// A kind is declared once, beside its record; discovery, tables, routing and storage derive from the declaration.
/// </summary>
public abstract class Kind
{
    private protected Kind(string apiVersion, string name, string plural)
    {
        var slash = apiVersion.IndexOf('/');
        (Group, Version) = slash < 0 ? ("", apiVersion) : (apiVersion[..slash], apiVersion[(slash + 1)..]);
        (ApiVersion, Name, Plural) = (apiVersion, name, plural);
        TypePrefix = System.Text.Encoding.UTF8.GetBytes($"\"kind\":\"{name}\",\"apiVersion\":\"{apiVersion}\",");
    }

    /// <summary>API group, "" for core.</summary>
    public string Group { get; }

    /// <summary>Version within the group: <c>v1</c>.</summary>
    public string Version { get; }

    /// <summary>Group and version as on the wire: <c>v1</c>, <c>apps/v1</c>.</summary>
    public string ApiVersion { get; }

    /// <summary>CamelCase name: <c>ReplicaSet</c>.</summary>
    public string Name { get; }

    /// <summary>Lower-case plural, the resource in paths: <c>replicasets</c>.</summary>
    public string Plural { get; }

    /// <summary>Lower-case singular.</summary>
    public virtual string Singular => Name.ToLowerInvariant();

    /// <summary>CamelCase name of a list of them: <c>ReplicaSetList</c>.</summary>
    public virtual string ListName => $"{Name}List";

    /// <summary>Plural and group as error messages write them: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Resource => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Lives in a namespace.</summary>
    public bool IsNamespaced { get; init; } = true;

    /// <summary>Short names on the command line.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Groups such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Subresources by name: <c>status</c>, <c>scale</c>, <c>log</c>.</summary>
    public IReadOnlyList<Subresource> Subresources { get; init; } = [];

    /// <summary>What can be asked of it. A kind that is answered and never stored knows fewer verbs.</summary>
    public IReadOnlyList<string> Verbs { get; init; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>Counts changes of the spec in <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>An unconditional PUT (no resourceVersion in the body) is refused.</summary>
    public bool UpdateNeedsVersion { get; init; }

    /// <summary>A PUT on a name that is free creates the object.</summary>
    public bool PutCreates { get; init; }

    /// <summary>What a name of this kind may look like; returns the sentences of what is broken.</summary>
    public Func<string, IEnumerable<string>> NameRule { get; init; } = NameRules.DnsSubdomain;

    /// <summary>
    /// The kind that objects of this one are stored as: itself, unless two API groups are views of one store.
    /// </summary>
    public virtual Kind Stored => this;

    /// <summary>
    /// Paths of fields that are known and stored but not acted on yet, such as
    /// <c>spec.containers[].livenessProbe</c>; a write that sets one is answered with a warning that names it
    /// (<see cref="NotActedOnWarnings"/>). <c>path=value</c> stands for that one value of the field.
    /// </summary>
    public IReadOnlyList<string> NotActedOn { get; init; } = [];

    /// <summary>
    /// One sentence for a kind that is stored whole but that this release does not act on, or not wholly; every write
    /// of such an object is answered with it as a warning.
    /// </summary>
    public string? NotActedOnYet { get; init; }

    /// <summary>Finalizers that a deletion puts on an object, for what has to be done before it goes.</summary>
    public IReadOnlyList<string> DeletionFinalizers { get; init; } = [];

    /// <summary>A write of the status is checked as a write of the object is.</summary>
    public virtual bool ChecksStatus => false;

    /// <summary>What a propagation policy is when a DELETE says none.</summary>
    public string DefaultPropagation { get; init; } = "Background";

    /// <summary>Columns of the printed table, after which nothing is added.</summary>
    public abstract IReadOnlyList<Column> TableColumns { get; }

    /// <summary>The record type.</summary>
    public abstract Type Type { get; }

    /// <summary>How JSON maps to the record.</summary>
    public abstract JsonTypeInfo TypeInfo { get; }

    /// <summary>How its objects merge and which fields they have.</summary>
    public virtual Decoding.Shape Shape => Decoding.Shape.Of(Type);

    /// <summary><c>"kind":"Pod","apiVersion":"v1",</c>: what is written between the brace and the metadata.</summary>
    public ReadOnlyMemory<byte> TypePrefix { get; }

    /// <summary>Offers a subresource of that name.</summary>
    public bool Has(string subresource) => Subresources.Any(sub => sub.Name == subresource);

    /// <summary>The key of an object of this kind.</summary>
    public ObjectKey KeyOf(string ns, string name) => new(Group, Plural, IsNamespaced ? ns : "", name);

    /// <summary>Fills in what the user left out; pure and repeatable.</summary>
    public abstract ApiObject Defaulted(ApiObject obj);

    /// <summary>All that is wrong with the object; <paramref name="old"/> is null at creation.</summary>
    public abstract IReadOnlyList<FieldError> Check(ApiObject obj, ApiObject? old);

    /// <summary>All that is wrong with what a subresource other than the status wrote.</summary>
    public virtual IReadOnlyList<FieldError> CheckPart(ApiObject obj, ApiObject old, string subresource) =>
        Check(obj, old);

    /// <summary>What a creation sets whatever the user sent (empty status, QoS class, template generation).</summary>
    public abstract ApiObject PreparedForCreate(ApiObject obj);

    /// <summary>
    /// The object with the spec of <paramref name="sent"/> and the status of <paramref name="stored"/>.
    /// </summary>
    public abstract ApiObject PreparedForUpdate(ApiObject sent, ApiObject stored);

    /// <summary>
    /// The object with the status of <paramref name="sent"/> and all else of <paramref name="stored"/>.
    /// </summary>
    public abstract ApiObject PreparedForStatusUpdate(ApiObject sent, ApiObject stored);

    /// <summary>
    /// The object with that part of <paramref name="sent"/> which a subresource writes, and all else of
    /// <paramref name="stored"/>; a subresource without a part of its own writes the object.
    /// </summary>
    public abstract ApiObject PreparedForPart(ApiObject sent, ApiObject stored, string subresource);

    /// <summary>What is to be said to the one who writes such an object.</summary>
    public virtual IEnumerable<string> WarningsOf(ApiObject obj) => [];

    /// <summary>The object, knowing its kind, for objects that arrive without it.</summary>
    public virtual ApiObject Owned(ApiObject obj) => obj;

    /// <summary>The new object with what it says of the one who asks for it.</summary>
    public virtual ApiObject RequestedBy(ApiObject obj, string user, IReadOnlyList<string> groups) => obj;

    /// <summary>The object as <see cref="Stored"/> keeps it.</summary>
    public virtual ApiObject ToStored(ApiObject obj) => obj;

    /// <summary>The object of this kind that <see cref="Stored"/> keeps.</summary>
    public virtual ApiObject FromStored(ApiObject obj) => obj;

    /// <summary>How the object has ended, or null while it has not.</summary>
    public virtual RowCompletion? CompletionOf(ApiObject obj) => null;

    /// <summary>The value of a field selector's label, or null when the kind has no such selector.</summary>
    public abstract string? FieldValue(ApiObject obj, string path);

    /// <summary>The field selectors beyond <c>metadata.name</c> and <c>metadata.namespace</c>.</summary>
    public abstract IReadOnlyCollection<string> SelectableFields { get; }

    /// <inheritdoc />
    public override string ToString() => $"{ApiVersion} {Name}";
}

/// <summary>
/// A subresource of a kind, with the kind it is written as when that differs, and the verbs it takes.
/// </summary>
public sealed record Subresource(
    string Name, IReadOnlyList<string> Verbs, string Group = "", string Version = "", string Kind = "")
{
    /// <summary>Reads and writes of the status alone.</summary>
    public static Subresource Status { get; } = new("status", ["get", "patch", "update"]);

    /// <summary>Reads and writes of the replica count alone.</summary>
    public static Subresource Scale { get; } = new("scale", ["get", "patch", "update"], "autoscaling", "v1", "Scale");

    /// <summary>Requests that are passed on to the object itself, by any method.</summary>
    public static Subresource Proxy(string kind) =>
        new("proxy", ["create", "delete", "get", "patch", "update"], "", "v1", $"{kind}ProxyOptions");
}
