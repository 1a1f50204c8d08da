namespace Orchestrator.Api.Core.V1.Printing;

/// <summary>The cell with the addresses of Endpoints: each address with each port, three at most.</summary>
internal static class EndpointsRow
{
    private const int ShownMax = 3;

    public static string Shown(Endpoints endpoints) =>
        Cells.OrNone(Cells.First(endpoints.Subsets.SelectMany(Of), ShownMax));

    // A headless service has endpoints without ports.
    private static IEnumerable<string> Of(EndpointSubset subset) => subset.Ports.Count == 0
        ? subset.Addresses.Select(address => address.Ip)
        : subset.Ports.SelectMany(_ => subset.Addresses, static (port, address) =>
            address.Ip.Contains(':') ? $"[{address.Ip}]:{port.Port}" : $"{address.Ip}:{port.Port}");
}
