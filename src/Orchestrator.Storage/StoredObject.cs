using System.Text.Json;
using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>
/// One committed version of an object. The JSON is made once and shared by every list and watch; it carries neither
/// apiVersion, kind nor resourceVersion, which are spliced in when it is sent.
/// </summary>
/// <param name="Key">Where it lives.</param>
/// <param name="Revision">The cluster-wide revision that committed it: its resourceVersion and its ETag.</param>
/// <param name="Object">The object, its resourceVersion set.</param>
/// <param name="Json">UTF-8, starting with <c>{"metadata":{</c>.</param>
public sealed record StoredObject(ObjectKey Key, long Revision, ApiObject Object, ReadOnlyMemory<byte> Json)
{
    private int _metadataEnd;

    /// <summary>
    /// Where in the JSON the metadata end; looked for once, for rows of tables and watches of metadata ask again and
    /// again.
    /// </summary>
    public int MetadataEnd => _metadataEnd > 0 ? _metadataEnd : _metadataEnd = FindMetadataEnd();

    /// <inheritdoc />
    public bool Equals(StoredObject? other) => other is not null && Key == other.Key && Revision == other.Revision
        && Equals(Object, other.Object) && Json.Equals(other.Json);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, Revision);

    private int FindMetadataEnd()
    {
        var reader = new Utf8JsonReader(Json.Span);
        // The brace, the name of the first field, and its value.
        reader.Read();
        reader.Read();
        reader.Read();
        reader.Skip();
        return (int)reader.BytesConsumed;
    }
}
