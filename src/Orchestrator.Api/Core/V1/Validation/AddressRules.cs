using System.Net;
using System.Net.Sockets;
using Orchestrator.Api.Meta;

namespace Orchestrator.Api.Core.V1.Validation;

/// <summary>What holds for addresses, ranges and ports wherever they stand.</summary>
internal static class AddressRules
{
    public static readonly IReadOnlyList<string> Protocols = Choices.Of<ServicePort>(nameof(ServicePort.Protocol));

    /// <summary>The address, or null and an error.</summary>
    public static IPAddress? Check(FieldErrors at, string? value)
    {
        var broken = NameRules.IpAddress(value).ToList();
        at.Invalid(value ?? "", broken);
        return broken.Count == 0 ? IPAddress.Parse(value!) : null;
    }

    /// <summary>An address that packets can be sent to from another machine.</summary>
    public static void CheckReachable(FieldErrors at, string? value)
    {
        if (Check(at, value) is not { } ip) return;
        if (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            at.Invalid(value, $"may not be unspecified ({value})");
        if (IPAddress.IsLoopback(ip)) at.Invalid(value, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        var bytes = ip.GetAddressBytes();
        if (ip.IsIPv6LinkLocal || bytes is [169, 254, _, _])
            at.Invalid(value, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        if (bytes is [224, 0, 0, _] or [0xff, 0x02, ..])
            at.Invalid(value, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }

    /// <summary>The range, or null and an error.</summary>
    public static IPNetwork? CheckRange(FieldErrors at, string value)
    {
        if (RangeOf(value) is { } range) return range;
        at.Invalid(value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        return null;
    }

    /// <summary>IPv6, as opposed to IPv4.</summary>
    public static bool IsSix(string address) =>
        IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;

    public static void CheckProtocol(FieldErrors at, string? protocol)
    {
        if (string.IsNullOrEmpty(protocol)) at.Required();
        else if (!Protocols.Contains(protocol)) at.NotSupported(protocol, Protocols);
    }

    public static void CheckPort(FieldErrors at, IntOrString? port)
    {
        if (port?.Text is { } name) at.Invalid(name, NameRules.PortName(name));
        else at.Invalid(port?.Number ?? 0, NameRules.PortNumber(port?.Number ?? 0));
    }

    /// <summary>Every port has a name of its own when there are several.</summary>
    public static void CheckPortName(FieldErrors at, string? name, bool isRequired)
    {
        if (!string.IsNullOrEmpty(name)) at.Invalid(name, NameRules.DnsLabel(name));
        else if (isRequired) at.Required();
    }

    // Bits beyond the prefix may be set: 10.1.2.3/16 means 10.1.0.0/16.
    private static IPNetwork? RangeOf(string value)
    {
        var slash = value.IndexOf('/');
        if (slash < 0 || NameRules.IpAddress(value[..slash]).Any()) return null;
        var bytes = IPAddress.Parse(value[..slash]).GetAddressBytes();
        if (!int.TryParse(value.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out var length)
            || length > bytes.Length * 8)
        {
            return null;
        }
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
