using System.Text.Json;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Streams;

/// <summary>
/// What a client may do to a process. A process that reads no more, or has ended, is no reason to stop listening to the
/// client: its output and its end are still to come.
/// </summary>
internal sealed class CommandInput(IContainerSession? process, bool hasInput)
{
    private const int SizeMax = ushort.MaxValue;
    private bool _isClosed = !hasInput || process is null;

    /// <summary>There is no process; all that comes is left out.</summary>
    public static CommandInput None => new(null, false);

    /// <summary>Writes to standard input.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_isClosed || bytes.Length == 0) return;
        try
        {
            await process!.WriteAsync(bytes, cancellation);
        }
        catch (IOException)
        {
            _isClosed = true; // The process closed it, which is its right.
        }
    }

    /// <summary>Ends standard input.</summary>
    public async ValueTask EndAsync(CancellationToken cancellation)
    {
        if (_isClosed) return;
        _isClosed = true;
        try
        {
            await process!.EndInputAsync(cancellation);
        }
        catch (IOException)
        {
            _isClosed = true; // It was ended from the other side.
        }
    }

    /// <summary>Sets the size of the terminal from <c>{"Width":80,"Height":24}</c>; what is none is left out.</summary>
    public async ValueTask ResizeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        if (process is null || SizeOf(json.Span) is not { } size) return;
        try
        {
            await process.ResizeAsync(size.Columns, size.Rows, cancellation);
        }
        catch (Exception trouble) when (trouble is RuntimeRefusedException or RuntimeUnavailableException)
        {
            // A terminal of the wrong size still works; if the engine is gone, its output says so.
            return;
        }
    }

    /// <summary>The size that a client tells, or null.</summary>
    public static (int Columns, int Rows)? SizeOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var (columns, rows) = (0, 0);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                // The reference reads names in any case, and some clients write them small.
                var name = reader.GetString()!.ToUpperInvariant();
                reader.Read();
                if (name == "WIDTH") columns = reader.GetInt32();
                else if (name == "HEIGHT") rows = reader.GetInt32();
            }
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
        return columns is > 0 and <= SizeMax && rows is > 0 and <= SizeMax ? (columns, rows) : null;
    }
}
