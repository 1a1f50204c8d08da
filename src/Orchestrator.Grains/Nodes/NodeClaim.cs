namespace Orchestrator.Grains.Nodes;

/// <summary>One activation's hold on a node. Once lost it is never won back: the activation makes way.</summary>
internal sealed class NodeClaim(string nodeName, string holder, Action onLost)
{
    private int _isLost;

    /// <summary>The node.</summary>
    public string NodeName { get; } = nodeName;

    /// <summary>What the node's Lease names while the claim stands.</summary>
    public string Holder { get; } = holder;

    /// <summary>Somebody else holds the node.</summary>
    public bool IsLost => Volatile.Read(ref _isLost) == 1;

    /// <summary>Marks it lost, and tells the activation once.</summary>
    public void Lose()
    {
        if (Interlocked.Exchange(ref _isLost, 1) == 0) onLost();
    }
}
