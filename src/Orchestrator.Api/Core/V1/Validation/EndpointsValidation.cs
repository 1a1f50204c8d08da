using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for Endpoints.</summary>
internal static class EndpointsValidation
{
    public static IReadOnlyList<FieldError> Check(Endpoints endpoints, Endpoints? old)
    {
        var errors = new FieldErrors();
        for (var i = 0; i < endpoints.Subsets.Count; i++) CheckSubset(errors["subsets"][i], endpoints.Subsets[i]);
        return errors.Found;
    }

    private static void CheckSubset(FieldErrors at, EndpointSubset subset)
    {
        if (subset.Addresses.Count == 0 && subset.NotReadyAddresses.Count == 0)
            at.Required("must specify `addresses` or `notReadyAddresses`");
        for (var i = 0; i < subset.Addresses.Count; i++) CheckAddress(at["addresses"][i], subset.Addresses[i]);
        for (var i = 0; i < subset.NotReadyAddresses.Count; i++)
            CheckAddress(at["notReadyAddresses"][i], subset.NotReadyAddresses[i]);
        for (var i = 0; i < subset.Ports.Count; i++)
            CheckPort(at["ports"][i], subset.Ports[i], subset.Ports.Count > 1);
    }

    private static void CheckAddress(FieldErrors at, EndpointAddress address)
    {
        AddressRules.CheckReachable(at["ip"], address.Ip);
        if (address.Hostname is { Length: > 0 } host) at["hostname"].Invalid(host, NameRules.DnsLabel(host));
        if (address.NodeName is { } node) at["nodeName"].Invalid(node, NameRules.DnsSubdomain(node));
    }

    private static void CheckPort(FieldErrors at, EndpointPort port, bool needsName)
    {
        AddressRules.CheckPortName(at["name"], port.Name, needsName);
        at["port"].Invalid(port.Port, NameRules.PortNumber(port.Port));
        AddressRules.CheckProtocol(at["protocol"], port.Protocol);
        if (port.AppProtocol is { } protocol) at["appProtocol"].Invalid(protocol, NameRules.QualifiedName(protocol));
    }
}
