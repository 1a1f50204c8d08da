using System.Globalization;
using System.Net;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.Storage;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Finds the address that a proxied request goes to.</summary>
internal sealed class ProxyTargets(IWatchCache cache)
{
    /// <summary>The address of a pod or of one of a service's pods.</summary>
    /// <exception cref="ApiException">404: no such object; 503: it cannot be reached; 400: it may not be.</exception>
    public DnsEndPoint Find(ProxyPath path) => path.Plural == "pods" ? OfPod(path) : OfService(path);

    private DnsEndPoint OfPod(ProxyPath path)
    {
        var pod = cache.Find(Pod.Kind, path.Namespace, path.Name) ?? throw ApiException.NotFound(Pod.Kind, path.Name);
        var ports = pod.Spec.Containers.SelectMany(container => container.Ports).ToList();
        var port = path.Port.Length > 0 ? NumberOf(pod, path.Port)
            : ports.Count > 0 ? ports[0].ContainerPortValue
            : path.Scheme == "https" ? 443 : 80;
        return new(AddressOf(pod), port);
    }

    private static int NumberOf(Pod pod, string port)
    {
        if (IsNumber(port, out var number)) return number;
        return pod.Spec.Containers.SelectMany(container => container.Ports)
            .FirstOrDefault(known => known.Name == port)?.ContainerPortValue
            ?? throw ApiException.BadRequest($"pod \"{pod.Metadata.Name}\" has no port \"{port}\": name one by its "
                + "number, or by the name a container gives it");
    }

    private static string AddressOf(Pod pod)
    {
        var text = pod.Status.PodIP;
        if (string.IsNullOrEmpty(text))
        {
            throw ApiException.Unavailable(
                $"pod \"{pod.Metadata.Name}\" has no address yet: wait until it is running");
        }
        return Allowed(text);
    }

    // What somebody wrote into a status or an Endpoints must not open what stands behind this server.
    private static string Allowed(string text) =>
        IPAddress.TryParse(text, out var address) && ProxyAddresses.IsAllowed(address)
            ? address.ToString()
            : throw ApiException.BadRequest("address not allowed");

    private static bool IsNumber(string port, out int number) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 65536;

    private DnsEndPoint OfService(ProxyPath path)
    {
        var service = cache.Find(Service.Kind, path.Namespace, path.Name)
            ?? throw ApiException.NotFound(Service.Kind, path.Name);
        var port = PortOf(service.Spec, path);
        return service.Spec.Selector.Count > 0 ? OfSelected(service, port) : OfWritten(service, port);
    }

    private DnsEndPoint OfSelected(Service service, ServicePort port)
    {
        var ready = cache.All(Pod.Kind, service.Metadata.Namespace)
            .Where(pod => LabelSelectors.Matches(
                new LabelSelector { MatchLabels = service.Spec.Selector }, pod.Metadata.Labels))
            .Where(pod => service.Spec.PublishNotReadyAddresses ? pod.Status.PodIP is { Length: > 0 } : IsReady(pod))
            .ToList();
        if (ready.Count == 0) throw NobodyBehind(service);
        var chosen = ready[Random.Shared.Next(ready.Count)];
        return new(AddressOf(chosen), NumberOf(chosen, port.TargetPort?.ToString() ?? $"{port.Port}"));
    }

    // Who makes a service without a selector writes its Endpoints, too.
    private DnsEndPoint OfWritten(Service service, ServicePort port)
    {
        var written = cache.Find(Endpoints.Kind, service.Metadata.Namespace!, service.Metadata.Name!);
        var ready = (written?.Subsets ?? []).SelectMany(subset => subset.Ports
            .Where(known => (known.Name ?? "") == (port.Name ?? ""))
            .SelectMany(known => subset.Addresses.Select(address => (address.Ip, known.Port)))).ToList();
        if (ready.Count == 0) throw NobodyBehind(service);
        var chosen = ready[Random.Shared.Next(ready.Count)];
        return new(Allowed(chosen.Ip), chosen.Port);
    }

    private static ApiException NobodyBehind(Service service) =>
        ApiException.Unavailable($"no endpoints available for service \"{service.Metadata.Name}\"");

    private static ServicePort PortOf(ServiceSpec spec, ProxyPath path) =>
        spec.Ports.FirstOrDefault(port => path.Port.Length == 0
            ? spec.Ports.Count == 1 || string.IsNullOrEmpty(port.Name)
            : port.Name == path.Port || $"{port.Port}" == path.Port)
        ?? throw ApiException.Unavailable(path.Port.Length == 0
            ? $"no endpoints available for service \"{path.Name}\": "
                + (spec.Ports.Count == 0 ? "it has no ports" : "it has several ports, name one")
            : $"no service port \"{path.Port}\" found for service \"{path.Name}\"");

    private static bool IsReady(Pod pod) => pod.Metadata.DeletionTimestamp is null
        && pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });
}
