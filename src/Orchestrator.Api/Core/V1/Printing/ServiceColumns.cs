using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>How services are printed.</summary>
internal static class ServiceColumns
{
    public static IReadOnlyList<Column<Service>> All { get; } =
    [
        Cells.Name<Service>(),
        new("Type", "string", (service, _) => service.Spec.Type ?? ""),
        new("Cluster-IP", "string", (service, _) => Cells.OrNone(service.Spec.ClusterIP)),
        new("External-IP", "string", (service, _) => External(service)),
        new("Port(s)", "string", (service, _) => Cells.OrNone(string.Join(",", service.Spec.Ports.Select(Shown)))),
        Cells.Age<Service>(),
        new("Selector", "string", (service, _) => Cells.Labels(service.Spec.Selector), IsWide: true),
    ];

    private static string External(Service service)
    {
        var addresses = service.Spec.ExternalIPs;
        switch (service.Spec.Type)
        {
            case ServiceTypes.ClusterIP or ServiceTypes.NodePort:
                return Cells.OrNone(string.Join(",", addresses));
            case ServiceTypes.LoadBalancer:
                var reached = service.Status.LoadBalancer.Ingress
                    .Select(ingress => string.IsNullOrEmpty(ingress.Ip) ? ingress.Hostname ?? "" : ingress.Ip)
                    .Where(text => text.Length > 0);
                var shown = string.Join(",", reached.Concat(addresses));
                return shown.Length == 0 ? "<pending>" : shown;
            case ServiceTypes.ExternalName:
                return service.Spec.ExternalName ?? "";
            default:
                return "<unknown>";
        }
    }

    private static string Shown(ServicePort port) => port.NodePort > 0
        ? $"{port.Port}:{port.NodePort}/{port.Protocol}"
        : $"{port.Port}/{port.Protocol}";
}
