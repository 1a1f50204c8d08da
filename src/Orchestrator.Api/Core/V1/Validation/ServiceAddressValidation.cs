using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for the addresses of services and the families they are of.</summary>
internal static class ServiceAddressValidation
{
    private const string Single = "SingleStack";
    private const string Fixed = "may not change once set";
    private static readonly IReadOnlyList<string> Families = Choices.Of<ServiceSpec>(nameof(ServiceSpec.IpFamilies));
    private static readonly IReadOnlyList<string> Policies =
        Choices.Of<ServiceSpec>(nameof(ServiceSpec.IpFamilyPolicy));

    public static void Check(FieldErrors at, ServiceSpec spec)
    {
        if (spec.Type == ServiceTypes.ExternalName) return;
        CheckFirst(at["clusterIPs"], spec);
        CheckFamilies(at, spec);
        if (!CheckEach(at["clusterIPs"], spec.ClusterIPs)) return;
        if (spec.ClusterIPs.Count > 1
            && spec.ClusterIPs.Select(AddressRules.IsSix).Distinct().Count() != spec.ClusterIPs.Count)
        {
            at["clusterIPs"].Invalid(spec.ClusterIPs, "may specify no more than one IP for each IP family");
        }
        if (ServiceTypes.IsHeadless(spec)) return;
        for (var i = 0; i < Math.Min(spec.ClusterIPs.Count, spec.IpFamilies.Count); i++)
        {
            if (spec.IpFamilies[i] == "IPv6" == AddressRules.IsSix(spec.ClusterIPs[i])) continue;
            at["clusterIPs"][i].Invalid(spec.ClusterIPs[i],
                $"expected an {spec.IpFamilies[i]} value as indicated by `ipFamilies[{i}]`");
        }
    }

    public static void CheckUpdate(FieldErrors at, ServiceSpec spec, ServiceSpec old)
    {
        if (ServiceTypes.ExternalName == spec.Type || ServiceTypes.ExternalName == old.Type) return;
        var (isHeadless, wasHeadless) = (ServiceTypes.IsHeadless(spec), ServiceTypes.IsHeadless(old));
        if (!(isHeadless && wasHeadless)) CheckKept(at, spec, old);
        if (isHeadless || wasHeadless) return;
        var (families, before) = (spec.IpFamilies, old.IpFamilies);
        for (var i = 0; i < Math.Min(families.Count, before.Count); i++)
        {
            if (families[i] != before[i]) at["ipFamilies"][0].Invalid(families, Fixed);
        }
        if (families.Count == 1 && before.Count == 2 && spec.IpFamilyPolicy != Single)
        {
            at["ipFamilyPolicy"].Invalid(
                spec.IpFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary ipFamily");
        }
    }

    private static void CheckKept(FieldErrors at, ServiceSpec spec, ServiceSpec old)
    {
        var (now, before) = (spec.ClusterIPs, old.ClusterIPs);
        if (now.Count == 0 && before.Count > 0)
            at["clusterIPs"][0].Invalid(now, "primary clusterIP can not be unset");
        for (var i = 0; i < Math.Min(now.Count, before.Count); i++)
        {
            if (now[i] != before[i]) at["clusterIPs"][i].Invalid(now, Fixed);
        }
        if (now.Count == 1 && before.Count == 2 && spec.IpFamilyPolicy != Single)
        {
            at["ipFamilyPolicy"].Invalid(
                spec.IpFamilyPolicy, "must be set to 'SingleStack' when releasing the secondary clusterIP");
        }
    }

    private static void CheckFirst(FieldErrors at, ServiceSpec spec)
    {
        if (string.IsNullOrEmpty(spec.ClusterIP))
        {
            if (spec.ClusterIPs.Count > 0)
                at.Invalid(spec.ClusterIPs, "must be empty when `clusterIP` is not specified");
        }
        else if (spec.ClusterIPs.Count == 0) at.Required();
        else if (spec.ClusterIPs[0] != spec.ClusterIP)
            at.Invalid(spec.ClusterIPs, "first value must match `clusterIP`");
    }

    private static void CheckFamilies(FieldErrors at, ServiceSpec spec)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < spec.IpFamilies.Count; i++)
        {
            var family = spec.IpFamilies[i];
            if (!Families.Contains(family)) at["ipFamilies"][i].NotSupported(family, Families);
            if (!seen.Add(family)) at["ipFamilies"][i].Duplicate(family);
        }
        if (spec.IpFamilyPolicy is { } policy && !Policies.Contains(policy))
            at["ipFamilyPolicy"].NotSupported(policy, Policies);
        if (seen.Count == 2 && spec.IpFamilyPolicy == Single)
        {
            at["ipFamilyPolicy"].Invalid(Single,
                "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
        }
        if (ServiceTypes.IsHeadless(spec) && spec.Selector.Count == 0) return;
        // The cluster has one family.
        if (spec.IpFamilyPolicy == "RequireDualStack")
        {
            at["ipFamilyPolicy"].Invalid(
                spec.IpFamilyPolicy, "this cluster is not configured for dual-stack services");
        }
        for (var i = 0; i < spec.IpFamilies.Count; i++)
        {
            if (spec.IpFamilies[i] == "IPv6")
                at["ipFamilies"][i].Invalid("IPv6", "not configured on this cluster");
        }
    }

    // Nothing more can be said of a list with an address that is none.
    private static bool CheckEach(FieldErrors at, IReadOnlyList<string> addresses)
    {
        var isGood = true;
        for (var i = 0; i < addresses.Count; i++)
        {
            if (i == 0 && addresses[0] == ServiceTypes.NoAddress)
            {
                if (addresses.Count == 1) continue;
                isGood = false;
                at.Invalid(addresses, "'None' must be the first and only value");
            }
            else if (AddressRules.Check(at[i], addresses[i]) is null) isGood = false;
        }
        if (addresses.Count > 2) at.Invalid(addresses, "may only hold up to 2 values");
        return isGood;
    }
}
