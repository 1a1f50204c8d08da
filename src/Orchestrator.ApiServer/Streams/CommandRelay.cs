using System.Buffers;
using Orchestrator.ApiServer.Streams.Spdy;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams;

/// <summary>
/// Joins one client and one process: input down, output up, the end told once. It ends when either side does, and takes
/// nothing of the other with it but what was opened for it.
/// </summary>
internal static class CommandRelay
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Runs to the end of either side.</summary>
    /// <param name="open">Opens the process's streams; what it refuses is told to the client.</param>
    /// <param name="what">Begins the sentence of such a refusal.</param>
    /// <param name="farewell">How long a client may take to leave after the end.</param>
    public static async Task RunAsync(
        ICommandClient client, Func<CancellationToken, Task<IContainerSession>> open, bool hasInput, string what,
        TimeSpan farewell, CancellationToken ends)
    {
        IContainerSession process;
        try
        {
            process = await open(ends);
        }
        catch (Exception refused) when (refused is RuntimeRefusedException or RuntimeUnavailableException)
        {
            var end = new CommandEnd(0, $"{what}: {refused.Message}");
            if (await FinishAsync(client, end, ends)) await DrainAsync(client, farewell, ends);
            return;
        }
        await using (process)
        {
            await JoinAsync(client, process, hasInput, what, farewell, ends);
        }
    }

    private static async Task JoinAsync(
        ICommandClient client, IContainerSession process, bool hasInput, string what, TimeSpan farewell,
        CancellationToken ends)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ends);
        var input = client.CarryInputAsync(new CommandInput(process, hasInput), stop.Token);
        var output = CopyOutputAsync(client, process, what, stop.Token);
        // A client that has been told the end closes, and its input ends by that.
        if (await Task.WhenAny(input, output) == output && await output) stop.CancelAfter(farewell);
        else await stop.CancelAsync();
        await Task.WhenAll(input, output);
    }

    // True when all is told, false when the client is gone.
    private static async Task<bool> CopyOutputAsync(
        ICommandClient client, IContainerSession process, string what, CancellationToken ends)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await process.ReadAsync(buffer, ends) is { Count: > 0 } piece)
            {
                await client.WriteAsync(buffer.AsMemory(0, piece.Count), piece.IsError, ends);
            }
            return await FinishAsync(client, new CommandEnd(await process.ExitCodeAsync(ends) ?? 0), ends);
        }
        catch (Exception trouble) when (trouble is RuntimeRefusedException or RuntimeUnavailableException)
        {
            return await FinishAsync(client, new CommandEnd(0, $"{what}: {trouble.Message}"), ends);
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            // The client left, or the server stops: nobody is there to be told.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> FinishAsync(ICommandClient client, CommandEnd end, CancellationToken ends)
    {
        try
        {
            await client.FinishAsync(end, ends);
            return true;
        }
        catch (Exception gone) when (SpdyConnection.IsGone(gone))
        {
            return false; // As above.
        }
    }

    // A client that is told an end still has to be listened to, for it answers before it leaves.
    private static async Task DrainAsync(ICommandClient client, TimeSpan farewell, CancellationToken ends)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ends);
        stop.CancelAfter(farewell);
        await client.CarryInputAsync(CommandInput.None, stop.Token);
    }
}
