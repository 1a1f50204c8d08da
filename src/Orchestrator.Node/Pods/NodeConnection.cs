using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Pods;

/// <summary>
/// Holds the line to the engine: describes it, lists it, follows its events, lists it again from time to time, and
/// comes back when it went away.
/// </summary>
internal sealed class NodeConnection(
    NodeEngine engine, Action<IReadOnlyList<ContainerSnapshot>> onListed, Action<RuntimeEvent> onEvent)
{
    private readonly BackOffs _backOffs = new();
    private readonly NodeReporter _reporter = new(engine);
    private CancellationTokenSource? _watch;
    private string? _whyLost;
    private bool _isProbing;

    /// <summary>Ends when the connection has been given up for good; faults never.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellation)
    {
        engine.OnUnavailable = silent => Suspect(silent, cancellation);
        var isConnected = await TryConnectAsync(cancellation);
        Completion = RunAsync(isConnected, cancellation);
    }

    /// <summary>Tells the cluster which images the node has.</summary>
    public void TellImages(IReadOnlyList<ContainerImage> images) => _reporter.Images(images);

    private async Task RunAsync(bool isConnected, CancellationToken cancellation)
    {
        await Task.Yield();
        var reporting = _reporter.RunAsync(cancellation);
        try
        {
            while (true)
            {
                if (isConnected) await WatchAsync(cancellation);
                cancellation.ThrowIfCancellationRequested();
                var delay = _backOffs.Fail("connect", engine.Options.ReconnectDelayMin,
                    engine.Options.ReconnectDelayMax);
                await Task.Delay(delay, engine.Time, cancellation);
                isConnected = await TryConnectAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.IsReachable = false;
        }
        await reporting;
    }

    private async Task<bool> TryConnectAsync(CancellationToken cancellation)
    {
        try
        {
            var description = await engine.Runtime.DescribeAsync(cancellation);
            engine.InfraImage = await engine.Runtime.EnsureInfraImageAsync(cancellation);
            _reporter.Describe(description);
            await engine.Volumes.RefreshAsync(cancellation);
            await ListAsync(cancellation);
            engine.IsReachable = true;
            _whyLost = null;
            _reporter.Reachable();
            // What was listed while the engine was thought lost is planned only now.
            await ListAsync(cancellation);
            return true;
        }
        catch (Exception trouble) when (trouble is RuntimeUnavailableException or RuntimeRefusedException)
        {
            Lose(trouble.Message);
            return false;
        }
    }

    private async Task ListAsync(CancellationToken cancellation) =>
        onListed(await engine.Runtime.ListAsync(cancellation));

    // Returns when the events end or the engine is found silent.
    private async Task WatchAsync(CancellationToken cancellation)
    {
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _watch = watch;
        var relisting = RelistAsync(watch.Token);
        try
        {
            await foreach (var what in engine.Runtime.WatchAsync(watch.Token))
            {
                _backOffs.Succeed("connect");
                onEvent(what);
            }
            Lose("the container engine ended its stream of events");
        }
        catch (RuntimeUnavailableException lost)
        {
            Lose(lost.Message);
        }
        catch (RuntimeRefusedException refused)
        {
            Lose(refused.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Lose(_whyLost ?? "the container engine does not answer");
        }
        finally
        {
            _watch = null;
            watch.Cancel();
            await relisting;
        }
    }

    // The first one comes soon, for events between the list and the start of the watch may be lost.
    private async Task RelistAsync(CancellationToken cancellation)
    {
        var wait = engine.Options.ReconnectDelayMin;
        try
        {
            while (true)
            {
                await Task.Delay(wait, engine.Time, cancellation);
                wait = engine.Options.RelistPeriod;
                await ListAsync(cancellation);
                _backOffs.Succeed("connect");
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            engine.Logger.LogDebug("Listing ends with its watch");
        }
        catch (Exception trouble) when (trouble is RuntimeUnavailableException or RuntimeRefusedException)
        {
            _whyLost = trouble.Message;
            _watch?.Cancel();
        }
    }

    private void Suspect(RuntimeUnavailableException silent, CancellationToken cancellation)
    {
        if (_isProbing || _watch is null) return;
        _isProbing = true;
        _ = ProbeAsync(silent, cancellation);
    }

    // One container may hang while the engine is well: only an engine that cannot describe itself is gone.
    private async Task ProbeAsync(RuntimeUnavailableException silent, CancellationToken cancellation)
    {
        await Task.Yield();
        try
        {
            await engine.Runtime.DescribeAsync(cancellation);
        }
        catch (Exception trouble)
        {
            _whyLost = trouble is RuntimeUnavailableException ? trouble.Message : silent.Message;
            _watch?.Cancel();
        }
        finally
        {
            _isProbing = false;
        }
    }

    private void Lose(string why)
    {
        engine.IsReachable = false;
        _reporter.Unreachable(why);
    }
}
