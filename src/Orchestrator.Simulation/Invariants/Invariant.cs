using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orchestrator.Nodes;
using Orchestrator.Storage;

namespace Orchestrator.Simulations.Invariants;

/// <summary>
/// Something that holds at every moment. It follows changes one by one, so that a look costs what the change costs.
/// </summary>
internal abstract class Invariant(string sentence)
{
    /// <summary>What holds, as a sentence.</summary>
    public string Sentence { get; } = sentence;

    /// <summary>A commit; the watch cache has it already.</summary>
    public virtual void See(ObjectChange change)
    {
    }

    /// <summary>Something happened in an engine.</summary>
    public virtual void See(string node, RuntimeEvent what)
    {
    }

    /// <summary>A user was told that a write is done.</summary>
    public virtual void SeeAcknowledged(ObjectKey key, WriteResult result)
    {
    }

    /// <summary>All has settled.</summary>
    public virtual void SeeSettled()
    {
    }

    protected ViolationException Violated(string how) => new(Sentence, how);
}
