using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Discovery.V1.Validation;

/// <summary>What holds for EndpointSlices.</summary>
internal static class EndpointSliceValidation
{
    private const int EndpointsMax = 1000;
    private const int AddressesMax = 100;
    private const int PortsMax = 100;
    private const int HintsMax = 8;
    private const int TopologyMax = 16;
    private static readonly IReadOnlyList<string> AddressTypes =
        Choices.Of<EndpointSlice>(nameof(EndpointSlice.AddressType));

    public static IReadOnlyList<FieldError> Check(EndpointSlice slice, EndpointSlice? old)
    {
        var errors = new FieldErrors();
        if (slice.AddressType.Length == 0) errors["addressType"].Required();
        else if (!AddressTypes.Contains(slice.AddressType))
            errors["addressType"].NotSupported(slice.AddressType, AddressTypes);
        if (slice.Endpoints.Count > EndpointsMax) errors["endpoints"].TooMany(slice.Endpoints.Count, EndpointsMax);
        else
        {
            for (var i = 0; i < slice.Endpoints.Count; i++)
                CheckEndpoint(errors["endpoints"][i], slice.Endpoints[i], slice.AddressType);
        }
        if (slice.Ports.Count > PortsMax) errors["ports"].TooMany(slice.Ports.Count, PortsMax);
        else CheckPorts(errors["ports"], slice.Ports);
        if (old is not null && old.AddressType != slice.AddressType)
            errors["addressType"].Invalid(slice.AddressType, "field is immutable");
        return errors.Found;
    }

    private static void CheckEndpoint(FieldErrors at, Endpoint endpoint, string type)
    {
        var addresses = at["addresses"];
        if (endpoint.Addresses.Count == 0) addresses.Required("must contain at least 1 address");
        else if (endpoint.Addresses.Count > AddressesMax) addresses.TooMany(endpoint.Addresses.Count, AddressesMax);
        for (var i = 0; i < endpoint.Addresses.Count; i++) CheckAddress(addresses[i], endpoint.Addresses[i], type);
        if (endpoint.NodeName is { } node) at["nodeName"].Invalid(node, NameRules.DnsSubdomain(node));
        if (endpoint.DeprecatedTopology.Count > TopologyMax)
            at["deprecatedTopology"].TooMany(endpoint.DeprecatedTopology.Count, TopologyMax);
        ObjectMetaRules.CheckLabels(at["deprecatedTopology"], endpoint.DeprecatedTopology);
        if (endpoint.DeprecatedTopology.ContainsKey("kubernetes.io/hostname"))
        {
            at["deprecatedTopology"].Key("kubernetes.io/hostname").Invalid("kubernetes.io/hostname",
                "use nodeName instead");
        }
        if (endpoint.Hostname is { } host) at["hostname"].Invalid(host, NameRules.DnsLabel(host));
        if (endpoint.Hints is { } hints) CheckHints(at["hints"]["forZones"], hints.ForZones);
    }

    private static void CheckAddress(FieldErrors at, string address, string type)
    {
        switch (type)
        {
            case "IPv4" or "IPv6" when NameRules.IpAddress(address).Any()
                || AddressRules.IsSix(address) != (type == "IPv6"):
                at.Invalid(address, $"must be a valid {type} address");
                break;
            case "IPv4" or "IPv6":
                AddressRules.CheckReachable(at, address);
                break;
            case "FQDN":
                at.Invalid(address, NameRules.DnsSubdomain(address));
                if (address.Split('.').Length < 2)
                    at.Invalid(address, "should be a domain with at least two segments separated by dots");
                break;
        }
    }

    private static void CheckHints(FieldErrors at, IReadOnlyList<ForZone> zones)
    {
        if (zones.Count > HintsMax)
        {
            at.TooMany(zones.Count, HintsMax);
            return;
        }
        var seen = new HashSet<string>();
        for (var i = 0; i < zones.Count; i++)
        {
            if (!seen.Add(zones[i].Name)) at[i]["name"].Duplicate(zones[i].Name);
            at[i]["name"].Invalid(zones[i].Name, NameRules.LabelValue(zones[i].Name));
        }
    }

    private static void CheckPorts(FieldErrors at, IReadOnlyList<EndpointPort> ports)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < ports.Count; i++)
        {
            var name = ports[i].Name ?? "";
            if (name.Length > 0) at[i]["name"].Invalid(name, NameRules.DnsLabel(name));
            if (!names.Add(name)) at[i]["name"].Duplicate(name);
            AddressRules.CheckProtocol(at[i]["protocol"], ports[i].Protocol);
            if (ports[i].AppProtocol is { } protocol)
                at[i]["appProtocol"].Invalid(protocol, NameRules.QualifiedName(protocol));
        }
    }
}
