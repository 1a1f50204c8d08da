using Microsoft.Extensions.Logging;
using Orchestrator.Storage;

namespace Orchestrator.Grains;

/// <summary>
/// Lets a pass wait until its silo has seen everything that any silo committed before the pass began. Where one process
/// owns the store that is always so, and costs nothing.
/// </summary>
internal sealed partial class StoreBarrier(IObjectStore store, TimeProvider time, TimeSpan limit, ILogger log)
{
    private int _isSilent;

    /// <summary>Completes when everything committed before the call is in this silo's cache.</summary>
    /// <exception cref="StoreUnavailableException">
    /// The store does not answer in time: whoever decides from stored state puts it off.
    /// </exception>
    public ValueTask CatchUpAsync()
    {
        var asked = store.CatchUpAsync();
        return asked.IsCompletedSuccessfully ? asked : WaitAsync(asked.AsTask());
    }

    private async ValueTask WaitAsync(Task asked)
    {
        try
        {
            await asked.Within(limit, time);
            if (Interlocked.Exchange(ref _isSilent, 0) == 1) LogAnswers(log);
        }
        catch (Exception silent) when (silent is StoreUnavailableException or TimeoutException)
        {
            // Thousands of passes may wait for the store: its silence is told once, not by each of them.
            if (Interlocked.Exchange(ref _isSilent, 1) == 0) LogSilent(log, silent.Message);
            throw silent as StoreUnavailableException
                ?? new StoreUnavailableException($"the store did not answer within {limit.TotalSeconds:0.#} s", silent);
        }
    }

    [LoggerMessage(EventId = 120, Level = LogLevel.Warning,
        Message = "the store does not answer, so passes are put off until it does: {Why}")]
    private static partial void LogSilent(ILogger log, string why);

    [LoggerMessage(EventId = 121, Level = LogLevel.Information, Message = "the store answers again; passes go on")]
    private static partial void LogAnswers(ILogger log);
}
