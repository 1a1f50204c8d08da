using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for the spec of a pod or of a template. The sentences are the reference's.</summary>
internal static class PodSpecValidation
{
    /// <param name="at">Where the spec stands.</param>
    /// <param name="spec">The spec, defaulted.</param>
    /// <param name="isPod">A pod itself, no template: what a pod gets at creation must be there.</param>
    public static void Check(FieldErrors at, PodSpec spec, bool isPod)
    {
        VolumeValidation.Check(at["volumes"], spec.Volumes);
        ContainerListValidation.Check(at, spec);
        PodResourceValidation.Check(at["resources"], spec);
        if (spec.HostNetwork) CheckHostPorts(at["containers"], spec.Containers, isPod);
        at["restartPolicy"].CheckOneOf(spec.RestartPolicy, Choices.Of<PodSpec>(nameof(PodSpec.RestartPolicy)));
        at["dnsPolicy"].CheckOneOf(spec.DnsPolicy, Choices.Of<PodSpec>(nameof(PodSpec.DnsPolicy)));
        SecurityValidation.Check(at, spec);
        SchedulingValidation.Check(at, spec);
        CheckDnsConfig(at["dnsConfig"], spec);
        CheckNames(at, spec);
        CheckHostAliases(at["hostAliases"], spec.HostAliases);
        if (spec.ActiveDeadlineSeconds is < 1 or > int.MaxValue)
        {
            at["activeDeadlineSeconds"].Invalid(
                spec.ActiveDeadlineSeconds, $"must be between 1 and {int.MaxValue}, inclusive");
        }
        ResourceValidation.CheckAmounts(at["overhead"], spec.Overhead);
        CheckClaims(at["resourceClaims"], spec.ResourceClaims);
        if (spec.Os is { } os) at["os"]["name"].CheckOneOf(os.Name, "linux", "windows");
    }

    private static void CheckNames(FieldErrors at, PodSpec spec)
    {
        CheckName(at["serviceAccountName"], spec.ServiceAccountName, NameRules.DnsSubdomain);
        CheckName(at["nodeName"], spec.NodeName, NameRules.DnsSubdomain);
        CheckName(at["hostname"], spec.Hostname, NameRules.DnsLabel);
        CheckName(at["subdomain"], spec.Subdomain, NameRules.DnsLabel);
        CheckName(at["priorityClassName"], spec.PriorityClassName, NameRules.DnsSubdomain);
        if (spec.RuntimeClassName is { } runtime)
            at["runtimeClassName"].Invalid(runtime, NameRules.DnsSubdomain(runtime));
        for (var i = 0; i < spec.ReadinessGates.Count; i++)
        {
            var condition = spec.ReadinessGates[i].ConditionType;
            at["readinessGates"][i]["conditionType"].Invalid(condition, NameRules.QualifiedName(condition));
        }
    }

    private static void CheckName(FieldErrors at, string? name, Func<string, IEnumerable<string>> rule)
    {
        if (!string.IsNullOrEmpty(name)) at.Invalid(name, rule(name));
    }

    // In a template the host port may be left out: the pod made of it gets it by default.
    private static void CheckHostPorts(FieldErrors at, IReadOnlyList<Container> containers, bool isPod)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            for (var p = 0; p < containers[i].Ports.Count; p++)
            {
                var port = containers[i].Ports[p];
                if ((isPod || port.HostPort != 0) && port.HostPort != port.ContainerPortValue)
                {
                    at[i]["ports"][p]["hostPort"].Invalid(
                        port.HostPort, "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    private static void CheckHostAliases(FieldErrors at, IReadOnlyList<HostAlias> aliases)
    {
        for (var i = 0; i < aliases.Count; i++)
        {
            at[i]["ip"].Invalid(aliases[i].Ip ?? "", NameRules.IpAddress(aliases[i].Ip));
            for (var h = 0; h < aliases[i].Hostnames.Count; h++)
            {
                var name = aliases[i].Hostnames[h];
                at[i]["hostnames"][h].Invalid(name, NameRules.DnsSubdomain(name));
            }
        }
    }

    private static void CheckDnsConfig(FieldErrors at, PodSpec spec)
    {
        var config = spec.DnsConfig;
        if (spec.DnsPolicy == "None" && config is null)
        {
            at.Required("must provide `dnsConfig` when `dnsPolicy` is None");
        }
        else if (spec.DnsPolicy == "None" && config!.Nameservers.Count == 0)
        {
            at["nameservers"].Required("must provide at least one DNS nameserver when `dnsPolicy` is None");
        }
        if (config is null) return;
        if (config.Nameservers.Count > 3)
            at["nameservers"].Invalid(config.Nameservers, "must not have more than 3 nameservers");
        for (var i = 0; i < config.Nameservers.Count; i++)
        {
            at["nameservers"][i].Invalid(config.Nameservers[i], NameRules.IpAddress(config.Nameservers[i]));
        }
        if (config.Searches.Count > 32)
            at["searches"].Invalid(config.Searches, "must not have more than 32 search paths");
        if (string.Join(" ", config.Searches).Length > 2048)
        {
            at["searches"].Invalid(
                config.Searches, "must not have more than 2048 characters (including spaces) in the search list");
        }
        for (var i = 0; i < config.Searches.Count; i++)
        {
            var search = config.Searches[i].EndsWith('.') ? config.Searches[i][..^1] : config.Searches[i];
            at["searches"][i].Invalid(search, NameRules.DnsSubdomain(search));
        }
        for (var i = 0; i < config.Options.Count; i++)
        {
            if (string.IsNullOrEmpty(config.Options[i].Name)) at["options"][i].Required("must not be empty");
        }
    }

    private static void CheckClaims(FieldErrors at, IReadOnlyList<PodResourceClaim> claims)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < claims.Count; i++)
        {
            var name = claims[i].Name ?? "";
            if (name.Length == 0) at[i]["name"].Required();
            else if (!seen.Add(name)) at[i]["name"].Duplicate(name);
            else at[i]["name"].Invalid(name, NameRules.DnsLabel(name));
            if (claims[i].ResourceClaimName is null == claims[i].ResourceClaimTemplateName is null)
            {
                at[i].Invalid(name, "must specify exactly one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }
        }
    }
}
