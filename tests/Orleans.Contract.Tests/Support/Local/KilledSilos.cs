using Orleans.TestingHost;

namespace Orleans.Contract.Tests.Support;

/// <summary>The in-process engine ends no process when a silo dies.</summary>
internal static class KilledSilos
{
    public static void Outlive(InProcessTestClusterBuilder builder) => ArgumentNullException.ThrowIfNull(builder);
}
