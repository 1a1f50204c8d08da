using Orchestrator.Api.Meta;

namespace Orchestrator.Storage;

/// <summary>A wish to write one object.</summary>
/// <param name="Key">Where it lives.</param>
/// <param name="Object">The new state; null deletes.</param>
/// <param name="Expected">The revision the writer knows; 0 when the object must not exist.</param>
/// <param name="Reasons">Why it is written; stored in the same transaction.</param>
public sealed record ObjectWrite(
    ObjectKey Key, ApiObject? Object, long Expected, IReadOnlyList<ReasonRecord>? Reasons = null);
