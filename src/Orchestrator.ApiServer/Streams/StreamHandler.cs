using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.ApiServer.Content;
using Orchestrator.ApiServer.Objects;
using Orchestrator.ApiServer.Pods;
using Orchestrator.ApiServer.Routing;
using Orchestrator.ApiServer.Streams.Spdy;
using Orchestrator.ApiServer.Streams.WebSockets;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams;

/// <summary>
/// Joins clients to containers: exec, attach, port-forward. Whatever can be refused is refused before HTTP is left;
/// what goes wrong later is told in the protocol's own way.
/// </summary>
internal sealed class StreamHandler(
    GetHandler reads, NodeRuntimes runtimes, IHostApplicationLifetime lifetime, IOptions<ApiServerOptions> options,
    TimeProvider clock, ILogger<StreamHandler> log)
{
    private const string CommandVersion = "v4.channel.k8s.io";
    private const string PortVersion = "portforward.k8s.io";
    private const string TunnelledPortVersion = $"SPDY/3.1+{PortVersion}";

    /// <summary>Runs a command in a container.</summary>
    public async Task ExecAsync(ApiRequest request)
    {
        var (pod, query, container) = await FindAsync(request, isExec: true);
        if (ContainerChoice.RunningIdOf(pod, container) is not { } id)
        {
            await PlainText.WriteAsync(request.Http, 500, $"container not found (\"{container}\")");
            return;
        }
        var runtime = runtimes.Of(pod.Spec.NodeName!);
        await RelayAsync(request, query, "error executing command in container",
            ends => runtime.ExecAsync(id, query.Command, query.Streams, ends));
    }

    /// <summary>Joins the streams of a container's own process.</summary>
    public async Task AttachAsync(ApiRequest request)
    {
        var (pod, query, container) = await FindAsync(request, isExec: false);
        if (ContainerChoice.RunningIdOf(pod, container) is not { } id)
        {
            await PlainText.WriteAsync(request.Http, 500,
                $"container {container} not found in pod {pod.Metadata.Name}_{pod.Metadata.Namespace}");
            return;
        }
        var runtime = runtimes.Of(pod.Spec.NodeName!);
        await RelayAsync(request, query, "error attaching to container",
            ends => runtime.AttachAsync(id, query.Streams, ends));
    }

    /// <summary>Carries connections to ports of a pod.</summary>
    public async Task ForwardAsync(ApiRequest request)
    {
        var pod = await FindPodAsync(request);
        var http = request.Http;
        var isWebSocket = Upgrade.IsWebSocket(http);
        var offers = isWebSocket ? Upgrade.WebSocketOffers(http) : [];
        if (!isWebSocket) Upgrade.RequireSpdyVersion(http, PortVersion);
        if (pod.Status.Phase != "Running" || string.IsNullOrEmpty(pod.Status.PodIP))
        {
            throw ApiException.BadRequest(
                $"unable to forward port because pod is not running. Current status={pod.Status.Phase}");
        }
        var target = new PortTarget(pod, runtimes.Of(pod.Spec.NodeName!));
        using var ends = Ends(request);
        if (!isWebSocket)
        {
            await using var wire = await Upgrade.ToSpdyAsync(http, PortVersion);
            await ForwardAsync(wire, target, ends.Token);
        }
        else if (offers.Contains(TunnelledPortVersion))
        {
            using var socket = await Upgrade.ToWebSocketAsync(http, TunnelledPortVersion);
            await using var wire = System.Net.WebSockets.WebSocketStream.Create(
                socket, System.Net.WebSockets.WebSocketMessageType.Binary, options.Value.StreamFarewellTimeout);
            await ForwardAsync(wire, target, ends.Token);
        }
        else
        {
            var ports = PortTarget.ReadPorts(http.Request.Query["ports"]);
            var protocol = Choose(ChannelProtocol.OfPorts, offers);
            await using var channels =
                new ChannelSocket(await Upgrade.ToWebSocketAsync(http, protocol.Name), protocol);
            await new ChannelForwards(channels, target, ports).RunAsync(
                options.Value.StreamFarewellTimeout, ends.Token);
        }
    }

    private async Task ForwardAsync(Stream wire, PortTarget target, CancellationToken ends)
    {
        await using var connection = new SpdyConnection(wire);
        var reading = connection.RunAsync(ends);
        await new SpdyForwards(connection, target, options.Value.StreamOpenTimeout).RunAsync(ends);
        if (await reading is { } wrong)
            log.LogInformation("A client of port-forward to {Target} broke the rules of SPDY: {Wrong}", target, wrong);
    }

    private async Task RelayAsync(
        ApiRequest request, CommandQuery query, string what, Func<CancellationToken, Task<IContainerSession>> open)
    {
        using var ends = Ends(request);
        var (streams, farewell) = (query.Streams, options.Value.StreamFarewellTimeout);
        if (Upgrade.IsWebSocket(request.Http))
        {
            var protocol = Choose(ChannelProtocol.OfCommands, Upgrade.WebSocketOffers(request.Http));
            var socket = await Upgrade.ToWebSocketAsync(request.Http, protocol.Name);
            await using var client = new WebSocketCommandClient(new ChannelSocket(socket, protocol), clock);
            await client.GreetAsync(streams.Output, streams.Error, ends.Token);
            await CommandRelay.RunAsync(client, open, streams.Input, what, farewell, ends.Token);
            return;
        }
        Upgrade.RequireSpdyVersion(request.Http, CommandVersion);
        await using var wire = await Upgrade.ToSpdyAsync(request.Http, CommandVersion);
        await RelaySpdyAsync(wire, query, what, open, ends);
    }

    private async Task RelaySpdyAsync(
        Stream wire, CommandQuery query, string what, Func<CancellationToken, Task<IContainerSession>> open,
        CancellationTokenSource ends)
    {
        await using var connection = new SpdyConnection(wire);
        var reading = connection.RunAsync(ends.Token);
        var opened = await SpdyCommandClient.OpenAsync(
            connection, reading, query.StreamNames, options.Value.StreamOpenTimeout, ends.Token);
        if (opened is not null)
        {
            await using var client = opened;
            await CommandRelay.RunAsync(
                client, open, query.Streams.Input, what, options.Value.StreamFarewellTimeout, ends.Token);
        }
        await ends.CancelAsync();
        if (await reading is { } wrong) log.LogInformation("A client broke the rules of SPDY: {Wrong}", wrong);
    }

    private async Task<(Pod Pod, CommandQuery Query, string Container)> FindAsync(ApiRequest request, bool isExec)
    {
        var pod = await FindPodAsync(request);
        var query = CommandQuery.Read(request.Query, isExec);
        var container = ContainerChoice.NameOf(pod, query.Container);
        Upgrade.IsWebSocket(request.Http);
        return (pod, query, container);
    }

    private async Task<Pod> FindPodAsync(ApiRequest request)
    {
        var pod = (Pod)(await reads.FindAsync(request)).Object;
        return string.IsNullOrEmpty(pod.Spec.NodeName)
            ? throw ApiException.BadRequest($"pod {pod.Metadata.Name} does not have a host assigned")
            : pod;
    }

    private static ChannelProtocol Choose(IReadOnlyList<ChannelProtocol> known, IReadOnlyList<string> offers) =>
        ChannelProtocol.Choose(known, offers) ?? throw ApiException.BadRequest(
            $"none of the offered WebSocket protocols [{string.Join(' ', offers)}] is served here: offer one of "
            + $"[{string.Join(' ', known.Select(protocol => protocol.Name).Where(name => name.Length > 0))}]");

    private CancellationTokenSource Ends(ApiRequest request) =>
        CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
}
