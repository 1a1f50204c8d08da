using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>Every commit has the revision after the last one.</summary>
internal sealed class DenseRevisions() : Invariant("revisions are dense")
{
    private long _last;

    public override void See(ObjectChange change)
    {
        if (change.Revision != _last + 1)
        {
            throw Violated($"{change.Object.Key} came as {change.Revision} after {_last}");
        }
        _last = change.Revision;
        if (change.Previous is { } before && before.Revision >= change.Revision)
        {
            throw Violated($"{change.Object.Key} went from {before.Revision} to {change.Revision}");
        }
    }
}
