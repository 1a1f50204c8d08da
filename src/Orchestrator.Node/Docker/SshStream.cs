using System.Diagnostics;
using System.Text;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Standard input and output of one ssh process. Its end before ours is a failure that tells why, in a sentence made of
/// what it wrote to standard error. Disposing ends the process.
/// </summary>
internal sealed class SshStream : Stream
{
    private const int WordsMax = 8 * 1024;
    private static readonly TimeSpan LastWordsTimeout = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly DockerEndpoint _endpoint;
    private readonly Action<SshStream> _onEnded;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Task<string> _words;
    private readonly Task<int> _exit;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action? _onAnswered;
    private int _isDisposed;

    /// <param name="onAnswered">Called once: at the first byte, or when there will be none.</param>
    /// <param name="onEnded">Called once the process has ended.</param>
    public SshStream(Process process, DockerEndpoint endpoint, Action onAnswered, Action<SshStream> onEnded)
    {
        (_process, _endpoint, _onAnswered, _onEnded) = (process, endpoint, onAnswered, onEnded);
        (_input, _output) = (process.StandardInput.BaseStream, process.StandardOutput.BaseStream);
        _words = ReadWordsAsync(process.StandardError);
        _exit = ExitAsync(process);
    }

    /// <summary>Number of the process.</summary>
    public int ProcessId => _process.Id;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await _output.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException broken)
        {
            throw await FailureAsync(broken);
        }
        Answered();
        // An engine that ends a kept-alive connection ends the process with success: that is a plain end.
        if (count == 0 && buffer.Length > 0 && !await HasEndedWellAsync()) throw await FailureAsync(null);
        return count;
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _input.WriteAsync(buffer, cancellationToken);
            await _input.FlushAsync(cancellationToken);
        }
        catch (IOException broken)
        {
            throw await FailureAsync(broken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush() => _input.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _input.FlushAsync(cancellationToken);

    /// <summary>Ends what we send; what comes from over there goes on.</summary>
    public ValueTask EndWritingAsync() => _input.DisposeAsync();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _ended.Task;
    }

    protected override void Dispose(bool disposing)
    {
        // The wait for a killed process is short, but nobody may wait for it here.
        if (disposing && End()) _ = WaitAsync();
        base.Dispose(disposing);
    }

    // False when it was done before.
    private bool End()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return false;
        Answered();
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
            return true;
        }
        return true;
    }

    private async Task WaitAsync()
    {
        try
        {
            await CloseAsync();
            _ended.SetResult();
        }
        catch (Exception trouble)
        {
            _ended.SetException(trouble);
        }
    }

    private async Task CloseAsync()
    {
        await _exit;
        await _input.DisposeAsync();
        await _output.DisposeAsync();
        await _words;
        _process.Dispose();
        _onEnded(this);
    }

    private void Answered() => Interlocked.Exchange(ref _onAnswered, null)?.Invoke();

    private async Task<bool> HasEndedWellAsync() => _isDisposed == 1 || await ExitCodeAsync() == 0;

    private async Task<Exception> FailureAsync(IOException? broken)
    {
        Answered();
        if (_isDisposed == 1) return new ObjectDisposedException(nameof(SshStream));
        var code = await ExitCodeAsync();
        var words = code is null ? "" : await _words;
        return new RuntimeUnavailableException(SshFailures.Sentence(_endpoint, words, code), broken);
    }

    // Its streams close a moment before it ends. Null when it does not end.
    private async Task<int?> ExitCodeAsync()
    {
        try
        {
            await Task.WhenAll(_exit, _words).WaitAsync(LastWordsTimeout);
            return await _exit;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static async Task<string> ReadWordsAsync(StreamReader error)
    {
        var words = new StringBuilder();
        var buffer = new char[1024];
        try
        {
            while (await error.ReadAsync(buffer.AsMemory()) is > 0 and var count)
            {
                if (words.Length < WordsMax) words.Append(buffer, 0, count);
            }
        }
        catch (IOException)
        {
            return words.ToString(); // What was heard so far still helps.
        }
        return words.ToString();
    }
}
