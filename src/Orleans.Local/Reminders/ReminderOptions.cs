namespace Orleans.Hosting;

/// <summary>How reminders behave.</summary>
public sealed class ReminderOptions
{
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);

    public TimeSpan InitializationTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
