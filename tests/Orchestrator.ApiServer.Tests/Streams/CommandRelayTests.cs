using System.Threading.Channels;
using Orchestrator.ApiServer.Streams;
using Orchestrator.Nodes;

namespace Orchestrator.ApiServer.Tests.Streams;

#pragma warning disable CA1001 // What a test opens it ends itself, or xunit's lifetime does.
public sealed class CommandRelayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Client _client = new();
    private readonly Process _process = new();

    [Fact]
    public async Task A_process_that_ends_is_told_with_its_code()
    {
        _process.Output.Writer.TryWrite("text");
        _process.Output.Writer.Complete();
        await RunAsync();
        _client.Written.ShouldBe(["text"]);
        _client.End.ShouldBe(new CommandEnd(7));
        _process.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_leaves_lets_go_of_the_process()
    {
        var running = RunAsync();
        _client.Leave();
        await running;
        _client.End.ShouldBeNull();
        _process.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_breaks_while_written_to_lets_go_of_the_process()
    {
        _client.Breaks = true;
        _process.Output.Writer.TryWrite("text");
        await RunAsync();
        _process.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_stays_after_the_end_is_left()
    {
        _process.Output.Writer.Complete();
        _client.Stays = true;
        await RunAsync(farewell: TimeSpan.FromMilliseconds(10));
        _process.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task An_engine_that_refuses_is_quoted()
    {
        using var limit = new CancellationTokenSource(Patience);
        await CommandRelay.RunAsync(
            _client, _ => throw new RuntimeRefusedException(409, "it is paused"), true, "error executing", Patience,
            limit.Token);
        _client.End.ShouldBe(new CommandEnd(0, "error executing: it is paused"));
    }

    [Fact]
    public async Task A_process_that_reads_no_more_is_still_heard()
    {
        _process.RefusesInput = true;
        _client.Sends.Writer.TryWrite("input");
        var running = RunAsync();
        await _process.Refused.Task.WaitAsync(Patience);
        _process.Output.Writer.TryWrite("text");
        _process.Output.Writer.Complete();
        await running;
        _client.Written.ShouldBe(["text"]);
        _client.End!.ExitCode.ShouldBe(7);
    }

    private async Task RunAsync(TimeSpan? farewell = null)
    {
        using var limit = new CancellationTokenSource(Patience);
        await CommandRelay.RunAsync(
            _client, _ => Task.FromResult<IContainerSession>(_process), true, "error", farewell ?? Patience,
            limit.Token);
        limit.IsCancellationRequested.ShouldBeFalse();
    }

    private sealed class Client : ICommandClient
    {
        private readonly CancellationTokenSource _left = new();

        public Channel<string> Sends { get; } = Channel.CreateUnbounded<string>();

        public List<string> Written { get; } = [];

        public CommandEnd? End { get; private set; }

        public bool Breaks { get; set; }

        public bool Stays { get; set; }

        public void Leave() => _left.Cancel();

        public async Task CarryInputAsync(CommandInput process, CancellationToken cancellation)
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _left.Token);
            try
            {
                await foreach (var text in Sends.Reader.ReadAllAsync(ends.Token))
                    await process.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), ends.Token);
            }
            catch (OperationCanceledException)
            {
                return; // Left, or told to.
            }
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, bool isError, CancellationToken cancellation)
        {
            if (Breaks) throw new IOException("gone");
            Written.Add(System.Text.Encoding.UTF8.GetString(bytes.Span));
            return ValueTask.CompletedTask;
        }

        public ValueTask FinishAsync(CommandEnd end, CancellationToken cancellation)
        {
            End = end;
            if (!Stays) Leave();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            _left.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Process : IContainerSession
    {
        public Channel<string> Output { get; } = Channel.CreateUnbounded<string>();

        public TaskCompletionSource Refused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool RefusesInput { get; set; }

        public bool IsDisposed { get; private set; }

        public async ValueTask<OutputPiece> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
        {
            if (!await Output.Reader.WaitToReadAsync(cancellation)) return default;
            var text = await Output.Reader.ReadAsync(cancellation);
            return new(System.Text.Encoding.UTF8.GetBytes(text, buffer.Span), false);
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> input, CancellationToken cancellation)
        {
            if (!RefusesInput) return ValueTask.CompletedTask;
            Refused.TrySetResult();
            throw new IOException("closed");
        }

        public ValueTask EndInputAsync(CancellationToken cancellation) => ValueTask.CompletedTask;

        public Task ResizeAsync(int columns, int rows, CancellationToken cancellation) => Task.CompletedTask;

        public Task<int?> ExitCodeAsync(CancellationToken cancellation) => Task.FromResult<int?>(7);

        public Task KillAsync(CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
