namespace Orleans.Runtime;

/// <summary>One reminder of one grain.</summary>
public interface IGrainReminder
{
    string ReminderName { get; }
}

/// <summary>Which tick of a reminder this is.</summary>
[GenerateSerializer, Immutable]
public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
{
    [Id(0)]
    public DateTime FirstTickTime { get; } = firstTickTime;

    [Id(1)]
    public TimeSpan Period { get; } = period;

    [Id(2)]
    public DateTime CurrentTickTime { get; } = timeStamp;

    public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
}

/// <summary>A reminder could not be changed.</summary>
[GenerateSerializer]
public sealed class ReminderException(string message) : OrleansException(message);
