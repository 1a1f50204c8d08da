using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Orleans.Contract.Tests.Support;

/// <summary>
/// Lets a process of tests outlive its silos: one that a test killed may still read that it is dead, whereupon genuine
/// Orleans ends the process.
/// </summary>
internal sealed class KilledSilos : IFatalErrorHandler
{
    public static void Outlive(InProcessTestClusterBuilder builder) => builder.ConfigureSilo(
        (_, silo) => silo.Services.AddSingleton<IFatalErrorHandler, KilledSilos>());

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception) { }
}
