namespace Orleans.Reminders;

/// <summary>Key of the clock of reminders in dependency injection.</summary>
public static class ReminderTimeProviderNames
{
    public const string Reminders = "Orleans.Reminders";
}
