using Orchestrator.Nodes;

namespace Orchestrator.Grains;

/// <summary>Settings of the controllers. Times are those of the design unless said otherwise.</summary>
public sealed class GrainOptions
{
    /// <summary>Folder for what nodes keep on this machine: volumes, hosts files.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>A folder in memory for volumes of medium Memory; null puts them on disk.</summary>
    public string? MemoryDirectory { get; set; }

    /// <summary>Settings of the nodes that this process runs.</summary>
    public NodeSettings Nodes { get; set; } = new();

    /// <summary>At least this long between two passes of one controller; nudges in between fold into one.</summary>
    public TimeSpan PassSpacing { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long events wait for each other before they are written together.</summary>
    public TimeSpan EventDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the sweeper wakes everything.</summary>
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an event is kept after it last happened.</summary>
    public TimeSpan EventLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Calls to children at once, at most, after the slow start.</summary>
    public int FanOutMax { get; set; } = 512;

    /// <summary>Longest wait for the store to say what other silos committed; then a pass is put off.</summary>
    public TimeSpan CatchUpTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a pass is put off when the store does not answer.</summary>
    public TimeSpan PutOffDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a silo looks whether the claims of its nodes still hold.</summary>
    public TimeSpan ClaimCheckPeriod { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often a silo looks whether the nodes of its range are run by a silo that lives.</summary>
    public TimeSpan NodeCheckPeriod { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for one answer of whoever runs a node.</summary>
    public TimeSpan NodePingTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How soon a node that did not answer is asked again.</summary>
    public TimeSpan NodePingRetry { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A node that is silent this long, and when asked twice, is unreachable.</summary>
    public TimeSpan NodeSilenceMax { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How often a node that is not ready is asked whether it is back.</summary>
    public TimeSpan NodeReturnPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long pods of a node that was deleted are kept, for the node may come again.</summary>
    public TimeSpan OrphanedPodDelay { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>The PEM of the cluster's CA, published in every namespace.</summary>
    public string CertificateAuthority { get; set; } = "";
}
