using Orleans.Contract.Tests.Support;

namespace Orleans.Contract.Tests;

public interface IReminderGrain : IGrainWithStringKey
{
    Task Register(string name, TimeSpan due, TimeSpan period);

    Task Unregister(string name);

    Task<List<string>> Names();

    Task<bool> Has(string name);
}

internal sealed class ReminderGrain : Grain, IReminderGrain, IRemindable
{
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Board.Note(this.GetPrimaryKeyString(), $"{reminderName} every {status.Period}");
        return Task.CompletedTask;
    }

    public Task Register(string name, TimeSpan due, TimeSpan period) =>
        this.RegisterOrUpdateReminder(name, due, period);

    public async Task Unregister(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public async Task<List<string>> Names() =>
        [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName)];

    public async Task<bool> Has(string name) => await this.GetReminder(name) is not null;
}
