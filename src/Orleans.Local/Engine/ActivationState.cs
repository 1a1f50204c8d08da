namespace Orleans.Local.Engine;

/// <summary>The life of an activation; it only moves forward.</summary>
internal enum ActivationState : byte
{
    Created,
    Activating,
    Valid,
    Deactivating,
    Ended,
}
