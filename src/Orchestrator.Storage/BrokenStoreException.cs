namespace Orchestrator.Storage;

/// <summary>The journal is not what this process knows it to be: going on would make things worse.</summary>
internal sealed class BrokenStoreException(string why) : Exception(why)
{
    public static BrokenStoreException FellBehind(long known, long oldest) => new(
        $"this process has seen revision {known}, and the store has forgotten how it came from there to {oldest}: the "
        + "process was stopped or cut off for too long; restart it");

    public static BrokenStoreException WentBack(long known, long found) => new(
        $"the store is at revision {found}, and this process has seen {known}: an older state was restored under it; "
        + "restart every process of the cluster");

    public static BrokenStoreException Contradicts(JournalChange change, long known) => new(
        $"revision {change.Revision} of {change.Key} follows {change.PreviousRevision}, and this process knows "
        + $"{known}: another database has taken the place of the store; restart every process of the cluster");

    public static BrokenStoreException Unexpected(long before, long wanted, long found) => new(
        $"the journal is at revision {found}; the store left it at {before} or {wanted}: another process wrote to it");
}
