using System.Net;
using Orchestrator.Nodes;
using Orchestrator.Nodes.Sandboxes;

namespace Orchestrator.Grains;

/// <summary>Settings of the controllers. Times are those of the design unless said otherwise.</summary>
public sealed class GrainOptions
{
    /// <summary>Folder for what nodes keep on this machine: volumes, hosts files.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>A folder in memory for volumes of medium Memory; null puts them on disk.</summary>
    public string? MemoryDirectory { get; set; }

    /// <summary>Pods may have privileged containers.</summary>
    public bool AllowsPrivileged { get; set; }

    /// <summary>What pods may ask of nodes beyond the ordinary.</summary>
    public NodePolicy NodePolicy { get; set; } = new();

    /// <summary>Settings of the nodes that this process runs.</summary>
    public NodeSettings Nodes { get; set; } = new();

    /// <summary>How many sandboxes a node with containers keeps ready, unless its annotation says otherwise.</summary>
    public WarmSetting WarmSandboxes { get; set; } = WarmSetting.Off;

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

    /// <summary>Longest wait for a node to remove what a volume holds; it goes on with it meanwhile.</summary>
    public TimeSpan VolumeEraseTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How soon a node that did not remove a volume is asked again.</summary>
    public TimeSpan VolumeRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest wait between two restarts of a container that crashes, 1 to 300 s; null is the usual 300 s.
    /// </summary>
    public TimeSpan? ContainerRestartPeriodMax { get; set; }

    /// <summary>Containers that crash are waited out for 1 s at first and 60 s at most, not 10 and 300.</summary>
    public bool HasReducedCrashBackOff { get; set; }

    /// <summary>The PEM of the cluster's CA, published in every namespace.</summary>
    public string CertificateAuthority { get; set; } = "";

    /// <summary>
    /// Where pods of this machine reach the API; null when it listens to this machine only, and pods are told the
    /// address of its service.
    /// </summary>
    public IPEndPoint? ApiAddress { get; set; }
}
