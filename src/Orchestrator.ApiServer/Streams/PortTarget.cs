using System.Globalization;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams;

/// <summary>The pod whose ports are reached.</summary>
internal sealed class PortTarget(Pod pod, IContainerRuntime runtime)
{
    /// <summary>Connects to one of its ports.</summary>
    /// <exception cref="RuntimeRefusedException">Nobody listens there, or it cannot be reached from here.</exception>
    public Task<IPodConnection> DialAsync(int port, CancellationToken cancellation) =>
        runtime.DialAsync(pod.Status.PodIP!, port, cancellation);

    /// <summary>What a client is told of a port that was not reached.</summary>
    public string Failure(int port, Exception why) =>
        $"error forwarding port {port} to pod {pod.Metadata.Name}_{pod.Metadata.Namespace}, uid {pod.Metadata.Uid}: "
        + why.Message;

    /// <summary>A port as text, or null.</summary>
    public static int? ReadPort(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port is > 0 and <= ushort.MaxValue
            ? port
            : null;

    /// <summary>The ports of a query.</summary>
    /// <exception cref="ApiException">400: there are none, or something else.</exception>
    public static IReadOnlyList<int> ReadPorts(IReadOnlyList<string?> texts)
    {
        // A channel has a number of one byte, and a port takes two.
        const int PortsMax = 64;
        List<string> words = [.. texts.SelectMany(text => (text ?? "").Split(','))];
        if (words is [] or [""]) throw ApiException.BadRequest("query parameter \"ports\" is required");
        if (words.Count > PortsMax) throw ApiException.BadRequest($"at most {PortsMax} ports can be forwarded at once");
        return
        [
            .. words.Select(word => ReadPort(word)
                ?? throw ApiException.BadRequest($"unable to parse \"{word}\" as a port")),
        ];
    }

    public override string ToString() => $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";
}
