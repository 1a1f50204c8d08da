using System.Net;

namespace Orchestrator.ApiServer.Proxy;

/// <summary>Which addresses requests may be passed on to: those of one machine somewhere, and not of this
/// one.</summary>
internal static class ProxyAddresses
{
    /// <summary>Not the server itself, nor its link, nor several machines at once, nor any way of writing
    /// those.</summary>
    public static bool IsAllowed(IPAddress address)
    {
        // ::ffff:127.0.0.1 is 127.0.0.1 to the kernel, and 0.0.0.0 is too.
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.GetAddressBytes() is var bytes && bytes.Length == 4
            ? bytes is not ([0, ..] or [127, ..] or [169, 254, ..] or [>= 224, ..])
            : !(address.Equals(IPAddress.IPv6Any) || IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal
                || address.IsIPv6Multicast || address.ScopeId != 0 || IsCompatible(bytes));
    }

    // The ancient form ::127.0.0.1, which some kernels still take for the plain address.
    private static bool IsCompatible(byte[] bytes) => bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0;
}
