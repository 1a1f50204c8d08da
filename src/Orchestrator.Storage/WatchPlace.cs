namespace Orchestrator.Storage;

/// <summary>How far the reader of one watch has come. For one watch.</summary>
public sealed class WatchPlace
{
    private long _revision;

    /// <summary>Every change up to this one was taken by the reader, or is none of his.</summary>
    internal long Revision
    {
        get => Volatile.Read(ref _revision);
        set => Volatile.Write(ref _revision, value);
    }
}
