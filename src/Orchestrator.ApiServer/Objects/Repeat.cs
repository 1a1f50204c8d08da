namespace Orchestrator.ApiServer.Objects;

/// <summary>Whether a write may be sent again when nobody knows what became of it.</summary>
internal enum Repeat
{
    /// <summary>Doing it twice could do two things.</summary>
    Unsafe,

    /// <summary>Doing it twice comes to the same, or the second is refused.</summary>
    Safe,
}
