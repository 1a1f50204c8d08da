namespace Orleans.Local.Engine;

/// <summary>Finds the clock of an area: the keyed one, else the plain one, else the system's.</summary>
internal static class TimeProviders
{
    public static TimeProvider TimeFor(this IServiceProvider services, string area) =>
        services.GetKeyedService<TimeProvider>(area) ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
}
