using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Environments;

/// <summary>
/// The variables that tell a container of services: <c>DB_SERVICE_HOST</c>, <c>DB_SERVICE_PORT</c>, and those that
/// links of Docker had once.
/// </summary>
public static class ServiceVariables
{
    /// <summary>The variables in order; the API is told of whether or not the pod wants to hear of services.</summary>
    public static IEnumerable<(string Name, string Value)> Of(Pod pod, IReadOnlyList<Service> services)
    {
        var ns = pod.Metadata.Namespace ?? "";
        return services.Where(IsTold).OrderBy(service => service.Metadata.Name, StringComparer.Ordinal)
            .SelectMany(Of);

        bool IsTold(Service service) => service.Spec.ClusterIP is not (null or "" or "None")
            && service.Spec.Ports.Count > 0
            && (IsApi(service) || (pod.Spec.EnableServiceLinks != false && service.Metadata.Namespace == ns));
    }

    private static bool IsApi(Service service) =>
        service.Metadata is { Namespace: "default", Name: "kubernetes" };

    private static IEnumerable<(string, string)> Of(Service service)
    {
        var (name, host) = (Named(service.Metadata.Name ?? ""), service.Spec.ClusterIP!);
        yield return ($"{name}_SERVICE_HOST", host);
        yield return ($"{name}_SERVICE_PORT", Text(service.Spec.Ports[0].Port));
        foreach (var port in service.Spec.Ports.Where(port => !string.IsNullOrEmpty(port.Name)))
            yield return ($"{name}_SERVICE_PORT_{Named(port.Name!)}", Text(port.Port));
        for (var i = 0; i < service.Spec.Ports.Count; i++)
        {
            var port = service.Spec.Ports[i];
            var protocol = string.IsNullOrEmpty(port.Protocol) ? "TCP" : port.Protocol;
            var link = $"{protocol.ToLowerInvariant()}://{Joined(host, port.Port)}";
            var prefix = $"{name}_PORT_{Text(port.Port)}_{protocol.ToUpperInvariant()}";
            if (i == 0) yield return ($"{name}_PORT", link);
            yield return (prefix, link);
            yield return ($"{prefix}_PROTO", protocol.ToLowerInvariant());
            yield return ($"{prefix}_PORT", Text(port.Port));
            yield return ($"{prefix}_ADDR", host);
        }
    }

    private static string Named(string name) => name.Replace('-', '_').ToUpperInvariant();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Joined(string host, int port) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{host}]:{Text(port)}"
            : $"{host}:{Text(port)}";
}
