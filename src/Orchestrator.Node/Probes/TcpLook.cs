using Orchestrator.Api.Core.V1;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>Well is who takes a connection.</summary>
internal sealed class TcpLook(IContainerRuntime runtime, ProbeTarget target, TCPSocketAction action) : ILook
{
    private readonly string _host = string.IsNullOrEmpty(action.Host) ? target.Address : action.Host;

    /// <inheritdoc/>
    public async Task<ProbeAnswer> LookAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var port = Looks.PortOf(target.Container, action.Port);
        try
        {
            await using var connection = await PodDialer.DialAsync(runtime, _host, port, isBrief: true, cancellation);
            return new ProbeAnswer(ProbeOutcome.Success);
        }
        catch (RuntimeRefusedException refused)
        {
            return ProbeAnswer.Fail(Looks.Absence(_host, port, refused));
        }
        catch (OperationCanceledException)
        {
            return ProbeAnswer.Fail($"dial tcp {Looks.HostAndPort(_host, port)}: i/o timeout");
        }
    }
}
