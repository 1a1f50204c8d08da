using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for services.</summary>
internal static class ServiceValidation
{
    private const int AffinitySecondsMax = 86400;
    private const string SourceRanges = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private const string OnlyLoadBalancers = "may only be used when `type` is 'LoadBalancer'";

    private static readonly IReadOnlyList<string> Types = Choices.Of<ServiceSpec>(nameof(ServiceSpec.Type));
    private static readonly IReadOnlyList<string> Affinities =
        Choices.Of<ServiceSpec>(nameof(ServiceSpec.SessionAffinity));
    private static readonly IReadOnlyList<string> OutsidePolicies =
        Choices.Of<ServiceSpec>(nameof(ServiceSpec.ExternalTrafficPolicy));
    private static readonly IReadOnlyList<string> InsidePolicies =
        Choices.Of<ServiceSpec>(nameof(ServiceSpec.InternalTrafficPolicy));

    public static IReadOnlyList<FieldError> Check(Service service, Service? old)
    {
        var errors = new FieldErrors();
        var (at, spec) = (errors["spec"], service.Spec);
        if (old is not null) ServiceAddressValidation.CheckUpdate(at, spec, old.Spec);
        if (spec.Ports.Count == 0 && !ServiceTypes.IsHeadless(spec) && spec.Type != ServiceTypes.ExternalName)
            at["ports"].Required();
        CheckType(at, spec);
        CheckPorts(at["ports"], spec);
        ObjectMetaRules.CheckLabels(at["selector"], spec.Selector);
        CheckAffinity(at, spec);
        ServiceAddressValidation.Check(at, spec);
        for (var i = 0; i < spec.ExternalIPs.Count; i++)
            AddressRules.CheckReachable(at["externalIPs"][i], spec.ExternalIPs[i]);
        if (!Types.Contains(spec.Type ?? "")) at["type"].NotSupported(spec.Type, Types);
        CheckNodePorts(at["ports"], spec);
        CheckLoadBalancer(errors, service, old?.Spec);
        CheckTraffic(at, spec);
        return errors.Found;
    }

    private static void CheckType(FieldErrors at, ServiceSpec spec)
    {
        if (spec.Type is ServiceTypes.LoadBalancer or ServiceTypes.NodePort && ServiceTypes.IsHeadless(spec))
        {
            at["clusterIPs"][0].Invalid(ServiceTypes.NoAddress,
                $"may not be set to 'None' for {spec.Type} services");
        }
        if (spec.Type != ServiceTypes.ExternalName) return;
        const string NotForNames = "may not be set for ExternalName services";
        if (spec.ClusterIPs.Count > 0) at["clusterIPs"].Forbidden(NotForNames);
        if (spec.IpFamilies.Count > 0) at["ipFamilies"].Forbidden(NotForNames);
        if (spec.IpFamilyPolicy is not null) at["ipFamilyPolicy"].Forbidden(NotForNames);
        var name = spec.ExternalName ?? "";
        // A dot at the end says that the name is whole.
        if (name.EndsWith('.')) name = name[..^1];
        if (name.Length == 0) at["externalName"].Required();
        else at["externalName"].Invalid(name, NameRules.DnsSubdomain(name));
    }

    private static void CheckPorts(FieldErrors at, ServiceSpec spec)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < spec.Ports.Count; i++)
        {
            var port = spec.Ports[i];
            AddressRules.CheckPortName(at[i]["name"], port.Name, spec.Ports.Count > 1);
            if (!string.IsNullOrEmpty(port.Name) && !names.Add(port.Name)) at[i]["name"].Duplicate(port.Name);
            at[i]["port"].Invalid(port.Port, NameRules.PortNumber(port.Port));
            AddressRules.CheckProtocol(at[i]["protocol"], port.Protocol);
            AddressRules.CheckPort(at[i]["targetPort"], port.TargetPort);
            if (port.AppProtocol is { } protocol)
                at[i]["appProtocol"].Invalid(protocol, NameRules.QualifiedName(protocol));
        }
    }

    private static void CheckAffinity(FieldErrors at, ServiceSpec spec)
    {
        if (!Affinities.Contains(spec.SessionAffinity ?? ""))
            at["sessionAffinity"].NotSupported(spec.SessionAffinity, Affinities);
        if (spec.SessionAffinity != "ClientIP") return;
        var seconds = spec.SessionAffinityConfig?.ClientIp?.TimeoutSeconds;
        if (seconds is <= 0 or > AffinitySecondsMax)
        {
            at["sessionAffinityConfig"]["clientIP"]["timeoutSeconds"].Invalid(
                seconds, $"must be greater than 0 and less than {AffinitySecondsMax}");
        }
    }

    private static void CheckNodePorts(FieldErrors at, ServiceSpec spec)
    {
        var nodePorts = new HashSet<(string?, int)>();
        var ports = new HashSet<(string?, int)>();
        for (var i = 0; i < spec.Ports.Count; i++)
        {
            var port = spec.Ports[i];
            if (spec.Type == ServiceTypes.ClusterIP && port.NodePort != 0)
                at[i]["nodePort"].Forbidden("may not be used when `type` is 'ClusterIP'");
            if (port.NodePort != 0 && !nodePorts.Add((port.Protocol, port.NodePort)))
                at[i]["nodePort"].Duplicate(port.NodePort);
        }
        for (var i = 0; i < spec.Ports.Count; i++)
        {
            var port = spec.Ports[i];
            if (!ports.Add((port.Protocol, port.Port))) at[i].Duplicate(new GoPort(port.Protocol ?? "", port.Port));
        }
    }

    private static void CheckLoadBalancer(FieldErrors errors, Service service, ServiceSpec? old)
    {
        var (at, spec) = (errors["spec"], service.Spec);
        var isBalanced = spec.Type == ServiceTypes.LoadBalancer;
        // The reference spells this path so.
        var ranges = at["LoadBalancerSourceRanges"];
        if (spec.LoadBalancerSourceRanges.Count > 0)
        {
            if (!isBalanced) ranges.Forbidden(OnlyLoadBalancers);
            for (var i = 0; i < spec.LoadBalancerSourceRanges.Count; i++)
                AddressRules.CheckRange(ranges[i], spec.LoadBalancerSourceRanges[i].Trim());
        }
        else if (service.Metadata.Annotations.TryGetValue(SourceRanges, out var annotated))
        {
            var annotation = errors["metadata"]["annotations"].Key(SourceRanges);
            if (!isBalanced) annotation.Forbidden(OnlyLoadBalancers);
            foreach (var range in annotated.Split(',', StringSplitOptions.TrimEntries).Where(text => text.Length > 0))
                AddressRules.CheckRange(annotation, range);
        }
        if (!isBalanced && spec.AllocateLoadBalancerNodePorts is not null)
            at["allocateLoadBalancerNodePorts"].Forbidden(OnlyLoadBalancers);
        if (isBalanced && old?.Type == ServiceTypes.LoadBalancer && old.LoadBalancerClass != spec.LoadBalancerClass)
            at["loadBalancerClass"].Invalid(spec.LoadBalancerClass, "may not change once set");
        if (spec.LoadBalancerClass is not { } name) return;
        if (isBalanced) at["loadBalancerClass"].Invalid(name, NameRules.QualifiedName(name));
        else at["loadBalancerClass"].Forbidden(OnlyLoadBalancers);
    }

    private static void CheckTraffic(FieldErrors at, ServiceSpec spec)
    {
        var (policy, check) = (at["externalTrafficPolicy"], at["healthCheckNodePort"]);
        if (!ServiceTypes.IsExternallyAccessible(spec))
        {
            if (!string.IsNullOrEmpty(spec.ExternalTrafficPolicy))
            {
                policy.Invalid(spec.ExternalTrafficPolicy, "may only be set for externally-accessible services");
            }
        }
        else if (!OutsidePolicies.Contains(spec.ExternalTrafficPolicy ?? ""))
            policy.NotSupported(spec.ExternalTrafficPolicy, OutsidePolicies);
        if (!ServiceTypes.HasHealthCheck(spec))
        {
            if (spec.HealthCheckNodePort != 0)
            {
                check.Invalid(spec.HealthCheckNodePort,
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            }
        }
        else if (spec.HealthCheckNodePort != 0)
            check.Invalid(spec.HealthCheckNodePort, NameRules.PortNumber(spec.HealthCheckNodePort));
        if (spec.InternalTrafficPolicy is { } inside && !InsidePolicies.Contains(inside))
            at["internalTrafficPolicy"].NotSupported(inside, InsidePolicies);
        if (spec.TrafficDistribution is not (null or "PreferClose"))
            at["trafficDistribution"].NotSupported(spec.TrafficDistribution, "PreferClose");
    }

    // As the reference shows a port that stands there twice.
    private sealed record GoPort(string Protocol, int Port)
    {
        public override string ToString() =>
            $"core.ServicePort{{Name:\"\", Protocol:\"{Protocol}\", AppProtocol:(*string)(nil), Port:{Port}, "
            + "TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:\"\"}, NodePort:0}";
    }
}
