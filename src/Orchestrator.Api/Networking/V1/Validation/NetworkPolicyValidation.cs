using Orchestrator.Api.Core.V1.Validation;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Networking.V1.Validation;

/// <summary>What holds for NetworkPolicies.</summary>
internal static class NetworkPolicyValidation
{
    private static readonly IReadOnlyList<string> Protocols =
        Choices.Of<NetworkPolicyPort>(nameof(NetworkPolicyPort.Protocol));
    private static readonly IReadOnlyList<string> Types =
        Choices.Of<NetworkPolicySpec>(nameof(NetworkPolicySpec.PolicyTypes));

    public static IReadOnlyList<FieldError> Check(NetworkPolicySpec spec)
    {
        var errors = new FieldErrors();
        var at = errors["spec"];
        LabelSelectorRules.Check(at["podSelector"], spec.PodSelector);
        for (var i = 0; i < spec.Ingress.Count; i++)
            CheckRule(at["ingress"][i], spec.Ingress[i].Ports, spec.Ingress[i].From, "from");
        for (var i = 0; i < spec.Egress.Count; i++)
            CheckRule(at["egress"][i], spec.Egress[i].Ports, spec.Egress[i].To, "to");
        if (spec.PolicyTypes.Count > Types.Count)
        {
            at["policyTypes"].Invalid(spec.PolicyTypes, "may not specify more than two policyTypes");
            return errors.Found;
        }
        for (var i = 0; i < spec.PolicyTypes.Count; i++)
        {
            if (!Types.Contains(spec.PolicyTypes[i])) at["policyTypes"][i].NotSupported(spec.PolicyTypes[i], Types);
        }
        return errors.Found;
    }

    private static void CheckRule(FieldErrors at, IReadOnlyList<NetworkPolicyPort> ports,
        IReadOnlyList<NetworkPolicyPeer> peers, string direction)
    {
        for (var i = 0; i < ports.Count; i++) CheckPort(at["ports"][i], ports[i]);
        for (var i = 0; i < peers.Count; i++) CheckPeer(at[direction][i], peers[i]);
    }

    private static void CheckPort(FieldErrors at, NetworkPolicyPort port)
    {
        if (port.Protocol is { } protocol && !Protocols.Contains(protocol))
            at["protocol"].NotSupported(protocol, Protocols);
        switch (port.Port)
        {
            case null:
                if (port.EndPort is { } alone)
                    at["endPort"].Invalid(alone, "may not be specified when `port` is not specified");
                break;
            case { Text: { } name }:
                if (port.EndPort is { } unordered)
                    at["endPort"].Invalid(unordered, "may not be specified when `port` is non-numeric");
                at["port"].Invalid(name, NameRules.PortName(name));
                break;
            case { Number: var first }:
                at["port"].Invalid(first, NameRules.PortNumber(first ?? 0));
                if (port.EndPort is not { } last) break;
                if (last < first) at["endPort"].Invalid(last, "must be greater than or equal to `port`");
                at["endPort"].Invalid(last, NameRules.PortNumber(last));
                break;
        }
    }

    private static void CheckPeer(FieldErrors at, NetworkPolicyPeer peer)
    {
        LabelSelectorRules.Check(at["podSelector"], peer.PodSelector);
        LabelSelectorRules.Check(at["namespaceSelector"], peer.NamespaceSelector);
        if (peer.IpBlock is { } block)
        {
            CheckBlock(at["ipBlock"], block);
            if (peer.PodSelector is not null || peer.NamespaceSelector is not null)
                at.Forbidden("may not specify both ipBlock and another peer");
        }
        else if (peer is { PodSelector: null, NamespaceSelector: null }) at.Required("must specify a peer");
    }

    private static void CheckBlock(FieldErrors at, IPBlock block)
    {
        if (block.Cidr.Length == 0)
        {
            at["cidr"].Required();
            return;
        }
        if (AddressRules.CheckRange(at["cidr"], block.Cidr) is not { } range) return;
        for (var i = 0; i < block.Except.Count; i++)
        {
            if (AddressRules.CheckRange(at["except"][i], block.Except[i]) is not { } hole) continue;
            if (!range.Contains(hole.BaseAddress) || range.PrefixLength >= hole.PrefixLength)
                at["except"][i].Invalid(block.Except[i], "must be a strict subset of `cidr`");
        }
    }
}
