namespace Orleans.Hosting;

/// <summary>Adds reminders to a silo.</summary>
public static class SiloBuilderReminderExtensions
{
    public static ISiloBuilder AddReminders(this ISiloBuilder builder) => builder.ConfigureServices(AddReminders);

    public static void AddReminders(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ReminderService)))
        {
            return;
        }

        services.AddSingleton<ReminderService>();
        services.AddSingleton<IReminderRegistry>(provider => provider.GetRequiredService<ReminderService>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
            provider => provider.GetRequiredService<ReminderService>());
    }
}

/// <summary>Adds in-memory reminders to a silo.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>
    /// In Microsoft Orleans this table dies with the silo that hosts it; here it belongs to the cluster.
    /// </summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable>(services =>
            services.GetRequiredService<Silo>().Cluster.Shared("reminders", () => new InMemoryReminderTable()));
        return builder;
    }
}
