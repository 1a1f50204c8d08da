
namespace Orchestrator.Api.Meta;

/// <summary>
/// Why something was decided: bind, restart, kill, scale, skip, wait. Kept in a bounded ring beside the object and
/// surviving its deletion; events and <c>orc why</c> read it.
/// </summary>
/// <param name="Time">When.</param>
/// <param name="Uid">The object's UID.</param>
/// <param name="Subject">The object's key as text.</param>
/// <param name="Decision">One word: <c>Scheduled</c>, <c>BackOff</c>, <c>ScaledUp</c>.</param>
/// <param name="Why">A sentence a user can act on.</param>
/// <param name="Inputs">What it was decided from, as JSON text; may be empty.</param>
[GenerateSerializer, Immutable, Alias("Orchestrator.ReasonRecord")]
public sealed record ReasonRecord(
    DateTimeOffset Time, string Uid, string Subject, string Decision, string Why, string Inputs = "");
