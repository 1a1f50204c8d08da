using System.Net;
using System.Net.Sockets;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Discovery.V1;
using Orchestrator.Api.Meta;
using EndpointPort = Orchestrator.Api.Core.V1.EndpointPort;

namespace Orchestrator.Reconcilers.Services;

/// <summary>Where the service of the API leads: to every process of the cluster.</summary>
public static class ApiEndpoints
{
    private const string PortName = "https";
    private const string NotMirrored = "endpointslice.kubernetes.io/skip-mirror";

    /// <summary>The Endpoints of the service.</summary>
    public static readonly ObjectKey Key = Endpoints.Kind.KeyOf(
        ServiceAddresses.ApiService.Namespace, ServiceAddresses.ApiService.Name);

    /// <summary>Its slice.</summary>
    public static readonly ObjectKey SliceKey = EndpointSlice.Kind.KeyOf(
        ServiceAddresses.ApiService.Namespace, ServiceAddresses.ApiService.Name);

    /// <summary>
    /// The objects that have to be written: those that are missing or say something else. None when no process can be
    /// reached from elsewhere.
    /// </summary>
    /// <param name="stored">The Endpoints as they stand, or null.</param>
    /// <param name="slice">The slice as it stands, or null.</param>
    /// <param name="addresses">Of all processes of the cluster.</param>
    /// <param name="port">The port that this process listens on.</param>
    public static IReadOnlyList<ApiObject> Plan(
        Endpoints? stored, EndpointSlice? slice, IEnumerable<IPAddress> addresses, int port)
    {
        var reachable = addresses.Where(address => !IPAddress.IsLoopback(address)
                && address.AddressFamily == AddressFamily.InterNetwork)
            .Select(address => address.ToString()).Distinct().Order(StringComparer.Ordinal).ToList();
        if (reachable.Count == 0) return [];
        // Processes that listen on different ports agree on the one that was written first, and do not write in turn.
        if (reachable.Count > 1 && stored is { Subsets: [{ Ports: [var first, ..] }, ..] }) port = first.Port;
        return [.. EndpointsOf(stored, reachable, port), .. SliceOf(slice, reachable, port)];
    }

    private static IEnumerable<ApiObject> EndpointsOf(Endpoints? stored, List<string> addresses, int port)
    {
        var wanted = new EndpointSubset
        {
            Addresses = [.. addresses.Select(address => new EndpointAddress { Ip = address })],
            Ports = [new EndpointPort { Name = PortName, Port = port, Protocol = "TCP" }],
        };
        if (stored is not { Subsets: [var subset] } || !IsSame(subset, addresses, port))
            yield return (stored ?? new() { Metadata = Metadata(NotMirrored, "true") }) with { Subsets = [wanted] };
    }

    private static IEnumerable<ApiObject> SliceOf(EndpointSlice? stored, List<string> addresses, int port)
    {
        if (stored is not null && stored.Endpoints.SelectMany(endpoint => endpoint.Addresses).SequenceEqual(addresses)
            && stored.Ports is [{ Name: PortName } only] && only.Port == port)
        {
            yield break;
        }
        var slice = stored ?? new()
        {
            Metadata = Metadata(EndpointSlice.ServiceLabel, ServiceAddresses.ApiService.Name),
            AddressType = "IPv4",
        };
        yield return slice with
        {
            Endpoints = [.. addresses.Select(address => new Endpoint
            {
                Addresses = [address], Conditions = new() { Ready = true },
            })],
            Ports = [new() { Name = PortName, Port = port, Protocol = "TCP" }],
        };
    }

    private static bool IsSame(EndpointSubset subset, List<string> addresses, int port) =>
        subset.NotReadyAddresses.Count == 0
        && subset.Addresses.Select(address => address.Ip).SequenceEqual(addresses)
        && subset.Ports is [{ Name: PortName } only] && only.Port == port;

    private static ObjectMeta Metadata(string label, string value) => new()
    {
        Name = Key.Name,
        Namespace = Key.Namespace,
        Labels = new Dictionary<string, string> { [label] = value },
    };
}
