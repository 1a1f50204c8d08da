using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.Pods;

/// <summary>Tells the cluster what the node is and whether its engine answers, until it has been heard.</summary>
internal sealed class NodeReporter(NodeEngine engine)
{
    private readonly WakeSignal _wake = new(engine.Time);
    private readonly BackOffs _backOffs = new();
    private RuntimeDescription? _description;
    private NodeStatus? _pending;
    private NodeStatus _last = new();

    public void Describe(RuntimeDescription description)
    {
        _description = description;
        var status = NodeStatuses.Describe(_last, description, engine.Options);
        engine.Allocatable = status.Allocatable;
        _last = status;
    }

    public void Reachable() => Tell(true, "KubeletReady", "kubelet is posting ready status");

    public void Unreachable(string why) =>
        Tell(false, "KubeletNotReady", $"container runtime is down: {why}");

    /// <summary>The images the node has; said again only when they have changed.</summary>
    public void Images(IReadOnlyList<ContainerImage> images)
    {
        var next = _last with { Images = images };
        if (ApiJson.AreSame(_last, next)) return;
        _last = next;
        _pending = next;
        _wake.Set();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var wait = await TryReportAsync(cancellation);
                await _wake.WaitAsync(wait, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.Logger.LogDebug("Node {Name} reports no more", engine.Options.NodeName);
        }
    }

    private void Tell(bool isReady, string reason, string message)
    {
        var next = NodeStatuses.WithReady(_last, isReady, reason, message, engine.Time.GetUtcNow());
        if (_description is null) next = NodeStatuses.Describe(next, null, engine.Options);
        _last = next;
        _pending = next;
        _wake.Set();
    }

    private async Task<TimeSpan?> TryReportAsync(CancellationToken cancellation)
    {
        if (_pending is not { } status) return null;
        try
        {
            await engine.Reports.ReportNodeAsync(status, cancellation);
            if (ReferenceEquals(_pending, status)) _pending = null;
            _backOffs.Succeed("report");
            return _pending is null ? null : TimeSpan.Zero;
        }
        catch (Exception trouble) when (!cancellation.IsCancellationRequested)
        {
            var delay = _backOffs.Fail("report", engine.Options.ReportDelayMin, engine.Options.ReportDelayMax);
            engine.Logger.LogWarning(trouble, "The status of node {Name} could not be reported; again in {Delay}",
                engine.Options.NodeName, delay);
            return delay;
        }
    }
}
