using System.Globalization;
using System.Net;
using System.Text.Json;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Selectors;
using Orchestrator.ApiServer.Content;
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

    // A pod's address is what somebody wrote into its status: it must not open what stands behind this server.
    private static string AddressOf(Pod pod)
    {
        var text = pod.Status.PodIP;
        if (string.IsNullOrEmpty(text))
        {
            throw ApiException.Unavailable(
                $"pod \"{pod.Metadata.Name}\" has no address yet: wait until it is running");
        }
        return IPAddress.TryParse(text, out var address) && ProxyAddresses.IsAllowed(address)
            ? address.ToString()
            : throw ApiException.BadRequest("address not allowed");
    }

    private static bool IsNumber(string port, out int number) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and < 65536;

    private DnsEndPoint OfService(ProxyPath path)
    {
        var kind = KindRegistry.Find("", "services") ?? throw Refusals.NotFoundHere();
        var service = cache.Find(kind.KeyOf(path.Namespace, path.Name))
            ?? throw ApiException.NotFound(kind, path.Name);
        var spec = JsonElement.Parse(service.Json.Span).GetProperty("spec");
        var port = PortOf(spec, path);
        var selector = spec.TryGetProperty("selector", out var labels)
            ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "") : [];
        var ready = selector.Count == 0 ? [] : cache.All(Pod.Kind, path.Namespace)
            .Where(pod => LabelSelectors.Matches(new LabelSelector { MatchLabels = selector }, pod.Metadata.Labels))
            .Where(IsReady).ToList();
        if (ready.Count == 0)
        {
            throw ApiException.Unavailable($"no endpoints available for service \"{path.Name}\"");
        }
        var chosen = ready[Random.Shared.Next(ready.Count)];
        return new(AddressOf(chosen), NumberOf(chosen, port));
    }

    // The port of the pods: a number, or the name their containers give it.
    private static string PortOf(JsonElement spec, ProxyPath path)
    {
        var ports = spec.TryGetProperty("ports", out var list) ? list.EnumerateArray().ToList() : [];
        var found = ports.FirstOrDefault(port => path.Port.Length == 0
            ? ports.Count == 1 || NameOf(port).Length == 0
            : NameOf(port) == path.Port || port.GetProperty("port").GetRawText() == path.Port);
        if (found.ValueKind == JsonValueKind.Undefined)
        {
            throw ApiException.Unavailable(path.Port.Length == 0
                ? $"no endpoints available for service \"{path.Name}\": it has several ports, name one"
                : $"no service port \"{path.Port}\" found for service \"{path.Name}\"");
        }
        return found.TryGetProperty("targetPort", out var target) ? target.ToString()
            : found.GetProperty("port").GetRawText();
    }

    private static string NameOf(JsonElement port) =>
        port.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "";

    private static bool IsReady(Pod pod) => pod.Metadata.DeletionTimestamp is null
        && pod.Status.Conditions.Any(condition => condition is { Type: "Ready", Status: "True" });
}
