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
public sealed record StoredObject(ObjectKey Key, long Revision, ApiObject Object, ReadOnlyMemory<byte> Json);
