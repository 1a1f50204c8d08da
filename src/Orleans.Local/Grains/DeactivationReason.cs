namespace Orleans;

/// <summary>Why an activation ended, as a code.</summary>
public enum DeactivationReasonCode : byte
{
    None = 0,
    ShuttingDown = 1,
    ActivationFailed = 2,
    DirectoryFailure = 3,
    ActivationIdle = 4,
    ActivationUnresponsive = 5,
    DuplicateActivation = 6,
    IncompatibleRequest = 7,
    ApplicationError = 8,
    ApplicationRequested = 9,
    Migrating = 10,
    RuntimeRequested = 11,
    HighMemoryPressure = 12,
}

/// <summary>Why an activation ended.</summary>
public readonly struct DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
{
    public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text) { }

    public DeactivationReasonCode ReasonCode { get; } = code;

    public string Description { get; } = text;

    public Exception? Exception { get; } = exception;

    public override string ToString() => Exception is null
        ? $"{ReasonCode}: {Description}"
        : $"{ReasonCode}: {Description}. Exception: {Exception}";
}
