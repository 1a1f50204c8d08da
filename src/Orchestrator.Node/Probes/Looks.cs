using System.Globalization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;

namespace Orchestrator.Nodes.Probes;

/// <summary>Chooses how a container is looked at, and what all ways to look have in common.</summary>
internal static class Looks
{
    private const int PortMax = 65535;

    public static ILook For(IContainerRuntime runtime, ProbeTarget target, Probe probe) => probe switch
    {
        { Exec: { } exec } => new ExecLook(runtime, target, exec),
        { HttpGet: { } http } => new HttpLook(runtime, target, http),
        { TcpSocket: { } tcp } => new TcpLook(runtime, target, tcp),
        { Grpc: { } grpc } => new GrpcLook(runtime, target, grpc),
        _ => new NoLook(target),
    };

    /// <summary>The number of a port that may be given by its name.</summary>
    /// <exception cref="LookException">No port of the container is called so.</exception>
    public static int PortOf(Container container, IntOrString? port)
    {
        var number = port?.Number ?? 0;
        if (port?.Text is { } name)
        {
            number = container.Ports.FirstOrDefault(one => one.Name == name)?.ContainerPortValue
                ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var written) ? written
                    : throw new LookException($"strconv.Atoi: parsing \"{name}\": invalid syntax"));
        }
        return number is > 0 and <= PortMax ? number : throw new LookException($"invalid port number: {number}");
    }

    /// <summary>Why there is no connection, as users know it from elsewhere.</summary>
    /// <exception cref="LookException">It can never be reached from here.</exception>
    public static string Absence(string address, int port, RuntimeRefusedException refused) =>
        refused.Code == 501 ? throw new LookException(refused.Message)
        : refused.Cause is { } cause ? $"dial tcp {HostAndPort(address, port)}: {cause}"
        : refused.Message;

    public static string HostAndPort(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':') ? $"[{host}]" : host)}:{port}");

    /// <summary>As Go prints a whole number of seconds: <c>5s</c>, <c>1m30s</c>.</summary>
    public static string Text(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        return seconds < 60 ? $"{seconds}s" : $"{seconds / 60}m{seconds % 60}s";
    }

    private sealed class NoLook(ProbeTarget target) : ILook
    {
        public Task<ProbeAnswer> LookAsync(TimeSpan timeout, CancellationToken cancellation) =>
            throw new LookException($"missing probe handler for {target.Container.Name}");
    }
}
