using System.Buffers.Binary;
using System.Net;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Naming;

namespace Orchestrator.Reconcilers.Services;

/// <summary>
/// Gives services the addresses and node ports they need, each to one service only. Which ones a service gets is hashed
/// from its name, so that a pass that is repeated comes to the same.
/// </summary>
public static class ServiceAddresses
{
    /// <summary>The addresses of services.</summary>
    public const string Range = "10.96.0.0/16";

    /// <summary>The address of the API itself, which belongs to the service <c>default/kubernetes</c>.</summary>
    public const string OfApi = "10.96.0.1";

    /// <summary>The service that stands for the API.</summary>
    public static readonly ObjectKey ApiService = Service.Kind.KeyOf("default", "kubernetes");

    private const uint First = (10u << 24) | (96u << 16);
    private const int AddressCount = 65536;
    private const int PortFirst = 30000;
    private const int PortCount = 2768;

    // Who asks for a certain one is served from below, all others from above, for as long as there is room.
    private const int AddressesAskedFor = 256;
    private const int PortsAskedFor = 86;
    private const string IsTaken = "provided IP is already allocated";
    private const string PortIsTaken = "provided port is already allocated";

    /// <summary>The service lacks something, or names something that was not its own before.</summary>
    public static bool IsAsking(Service service, Service? before)
    {
        var (spec, old) = (service.Spec, before?.Spec ?? new ServiceSpec());
        if (ServiceTypes.HasClusterIP(spec.Type) && !ServiceTypes.IsHeadless(spec)
            && (spec.ClusterIPs.Count == 0 || spec.ClusterIPs.Except(old.ClusterIPs).Any()))
        {
            return true;
        }
        var known = PortsOf(old).ToHashSet();
        return PortsOf(spec).Any(port => !known.Contains(port))
            || (ServiceTypes.HasNodePorts(spec) && spec.Ports.Any(port => port.NodePort == 0))
            || (ServiceTypes.HasHealthCheck(spec) && spec.HealthCheckNodePort == 0);
    }

    /// <summary>The service with all that it needs.</summary>
    /// <param name="service">Defaulted.</param>
    /// <param name="others">Every other service, and those that were given something but are not stored yet.</param>
    /// <exception cref="ApiException">422: what it names is another's, or out of range; 500: nothing is
    /// left.</exception>
    public static Service Fill(Service service, IEnumerable<Service> others)
    {
        var key = KindRegistry.KeyOf(service);
        var addresses = new HashSet<string>(StringComparer.Ordinal);
        var ports = new HashSet<int>();
        if (key != ApiService) addresses.Add(OfApi);
        foreach (var other in others)
        {
            addresses.UnionWith(other.Spec.ClusterIPs);
            ports.UnionWith(PortsOf(other.Spec));
        }
        var seed = GeneratedNames.Seed(key.ToString());
        return WithPorts(WithAddress(service, addresses, seed), ports, seed);
    }

    private static Service WithAddress(Service service, HashSet<string> taken, ulong seed)
    {
        var spec = service.Spec;
        if (!ServiceTypes.HasClusterIP(spec.Type) || ServiceTypes.IsHeadless(spec)) return service;
        if (spec.ClusterIPs.Count > 0)
        {
            foreach (var address in spec.ClusterIPs) RefuseAddress(service, address, taken);
            return service;
        }
        // What is wrong with the address is found by the checks that follow; here it is only not given another.
        if (!string.IsNullOrEmpty(spec.ClusterIP)) return service;
        var free = Pick(AddressesAskedFor, AddressCount - 1, seed, slot => !taken.Contains(AddressAt(slot)))
            ?? Pick(1, AddressesAskedFor, seed, slot => !taken.Contains(AddressAt(slot)))
            ?? throw Exhausted("failed to allocate a serviceIP: range is full");
        return service with { Spec = spec with { ClusterIP = AddressAt(free), ClusterIPs = [AddressAt(free)] } };
    }

    private static void RefuseAddress(Service service, string address, HashSet<string> taken)
    {
        if (!IPAddress.TryParse(address, out var ip)) return;
        var bytes = ip.GetAddressBytes();
        var isInside = bytes.Length == 4 && BinaryPrimitives.ReadUInt32BigEndian(bytes) is var number
            && number > First && number < First + AddressCount - 1;
        var why = !isInside
            ? $"the provided IP ({address}) is not in the valid range. The range of valid IPs is {Range}"
            : taken.Contains(address) ? IsTaken : null;
        if (why is null) return;
        throw ApiException.Invalid(Service.Kind, service.Metadata.Name ?? "",
            [FieldError.Invalid("spec.clusterIPs", new[] { address }, $"failed to allocate IP {address}: {why}")]);
    }

    private static Service WithPorts(Service service, HashSet<int> taken, ulong seed)
    {
        var spec = service.Spec;
        // Named ones first: what is given out must not be what the next line asks for.
        foreach (var (path, port) in Named(spec)) RefusePort(service, path, port, taken);
        var given = PortsOf(spec).ToHashSet();
        int Next()
        {
            bool IsFree(int slot) => !taken.Contains(PortFirst + slot) && !given.Contains(PortFirst + slot);
            var slot = Pick(PortsAskedFor, PortCount, seed, IsFree) ?? Pick(0, PortsAskedFor, seed, IsFree)
                ?? throw Exhausted("failed to allocate a nodePort: range is full");
            given.Add(PortFirst + slot);
            return PortFirst + slot;
        }

        if (ServiceTypes.HasNodePorts(spec)) spec = spec with { Ports = WithNodePorts(spec.Ports, Next) };
        if (ServiceTypes.HasHealthCheck(spec) && spec.HealthCheckNodePort == 0)
            spec = spec with { HealthCheckNodePort = Next() };
        return ReferenceEquals(spec, service.Spec) ? service : service with { Spec = spec };
    }

    // One port spoken in two protocols is one port on the nodes too.
    private static IReadOnlyList<ServicePort> WithNodePorts(IReadOnlyList<ServicePort> ports, Func<int> next)
    {
        List<ServicePort> filled = [.. ports];
        for (var i = 0; i < filled.Count; i++)
        {
            var port = filled[i];
            if (port.NodePort != 0) continue;
            var shared = filled.FirstOrDefault(other =>
                other.Port == port.Port && other.Protocol != port.Protocol && other.NodePort != 0
                && !filled.Any(third => third.NodePort == other.NodePort && third.Protocol == port.Protocol));
            filled[i] = port with { NodePort = shared?.NodePort ?? next() };
        }
        return filled;
    }

    private static void RefusePort(Service service, string path, int port, HashSet<int> taken)
    {
        var why = port is < PortFirst or >= PortFirst + PortCount
            ? $"provided port is not in the valid range. The range of valid ports is {PortFirst}-{PortFirst + PortCount - 1}"
            : taken.Contains(port) ? PortIsTaken : null;
        if (why is null) return;
        throw ApiException.Invalid(Service.Kind, service.Metadata.Name ?? "", [FieldError.Invalid(path, port, why)]);
    }

    private static IEnumerable<(string Path, int Port)> Named(ServiceSpec spec)
    {
        for (var i = 0; i < spec.Ports.Count; i++)
        {
            if (spec.Ports[i].NodePort != 0) yield return ($"spec.ports[{i}].nodePort", spec.Ports[i].NodePort);
        }
        if (spec.HealthCheckNodePort != 0) yield return ("spec.healthCheckNodePort", spec.HealthCheckNodePort);
    }

    private static IEnumerable<int> PortsOf(ServiceSpec spec) => Named(spec).Select(named => named.Port);

    private static string AddressAt(int slot)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, First + (uint)slot);
        return new IPAddress(bytes).ToString();
    }

    // The first free slot from where the seed points, round the range.
    private static int? Pick(int from, int to, ulong seed, Func<int, bool> isFree)
    {
        var size = to - from;
        var start = (int)(seed % (ulong)size);
        for (var i = 0; i < size; i++)
        {
            var slot = from + ((start + i) % size);
            if (isFree(slot)) return slot;
        }
        return null;
    }

    private static ApiException Exhausted(string why) =>
        new(500, "InternalError", $"Internal error occurred: {why}: delete services that are not needed");
}
