using Microsoft.Extensions.Options;
using Orchestrator.Api.Meta;
using Orchestrator.Grains;
using Orleans.Runtime;

namespace Orchestrator.ApiServer.Objects;

/// <summary>
/// Carries a write through the loss of a silo: what surely was not done is done again, and what may have been done only
/// where twice comes to the same. When the time for that is over, the client is told to come back.
/// </summary>
internal sealed class WriteAttempts(IOptions<ApiServerOptions> options, TimeProvider clock)
{
    private const int OvertakenMax = 8;
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DelayMax = TimeSpan.FromMilliseconds(500);

    /// <summary>The outcome of the write.</summary>
    /// <exception cref="TimeoutException">It did not end within the limit.</exception>
    /// <exception cref="ApiException">What the grain refuses; 503 when it cannot be reached.</exception>
    public async Task<WriteResult> RunAsync(
        Func<Task<WriteResult>> write, TimeSpan limit, Repeat repeat, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var delay = DelayMin;
        Exception? doubt = null;
        for (var attempt = 1; ; attempt++)
        {
            var left = limit - clock.GetElapsedTime(begun);
            Task<WriteResult>? call = null;
            try
            {
                call = write();
                return await call.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellation);
            }
            catch (ApiException overtaken) when (attempt < OvertakenMax && WriteTrouble.IsOvertaken(overtaken))
            {
                // The activation has ended; the next one knows what is stored.
            }
            catch (ApiException refusal) when (doubt is not null && refusal.Code is (404 or 409))
            {
                // The earlier attempt may be the very reason: then what was asked for has come true, and a refusal,
                // which says that it never will, would be a lie.
                throw Unreachable(doubt!, isKnown: false);
            }
            // Who still waits for an answer has come to the limit, even where a timer counts less finely than a clock.
            catch (Exception trouble) when (IsTrouble(trouble) && call is not { IsCompleted: false }
                && clock.GetElapsedTime(begun) < limit)
            {
                var isOver = clock.GetElapsedTime(begun) + delay > options.Value.WriteRetryTime;
                var isKnown = WasNotDone(trouble);
                if (!isKnown) doubt = trouble;
                if (isOver || (!isKnown && repeat == Repeat.Unsafe)) throw Unreachable(trouble, doubt is null);
            }
            await Task.Delay(delay, clock, cancellation);
            delay = delay * 2 < DelayMax ? delay * 2 : DelayMax;
        }
    }

    private static bool IsTrouble(Exception trouble) => trouble is OrleansException or TimeoutException;

    // A message that was rejected was never given to a grain; one to a silo that went away may have been.
    private static bool WasNotDone(Exception trouble) =>
        trouble is OrleansMessageRejectionException and not SiloUnavailableException;

    private static ApiException Unreachable(Exception trouble, bool isKnown) => ApiException.Unavailable(
        isKnown
            ? $"the silo that holds the object cannot be reached, nothing was written: {trouble.Message}; try again"
            : "the silo that held the object gave no answer, so it is not known whether it was written: "
                + $"{trouble.Message}; look before you try again");
}
