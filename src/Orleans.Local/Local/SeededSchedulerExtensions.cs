using Orleans.TestingHost;

namespace Orleans.Local;

/// <summary>Puts a cluster under a <see cref="SeededScheduler"/> and its clock.</summary>
public static class SeededSchedulerExtensions
{
    /// <summary>Every silo of a cluster must be given the same scheduler.</summary>
    public static ISiloBuilder UseSeededScheduler(this ISiloBuilder builder, SeededScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        builder.Services.AddSingleton(scheduler);
        builder.Services.AddSingleton(scheduler.Turns);
        builder.Services.AddSingleton<TimeProvider>(scheduler.Clock);
        return builder;
    }

    /// <summary>
    /// The whole test cluster, its client included. Deploy it and use it inside
    /// <see cref="SeededScheduler.Run(Func{Task})"/>.
    /// </summary>
    public static InProcessTestClusterBuilder UseSeededScheduler(
        this InProcessTestClusterBuilder builder, SeededScheduler scheduler)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(scheduler);
        return builder
            .ConfigureSilo((_, silo) => silo.UseSeededScheduler(scheduler))
            .ConfigureClientHost(host =>
            {
                host.Services.AddSingleton(scheduler.Turns);
                host.Services.AddSingleton<TimeProvider>(scheduler.Clock);
            });
    }
}
