using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Orchestrator.Nodes.Simulated;

/// <content>
/// Commands, attached streams, and ports. A simulated container knows <c>true</c>, <c>false</c>, <c>echo</c>,
/// <c>cat</c>, <c>exit n</c> and <c>sh -c</c> with one of these; every port of it sends back what it gets.
/// </content>
public sealed partial class SimulatedRuntime
{
    private const int NotFoundExitCode = 127;

    /// <inheritdoc/>
    public Task<IContainerSession> ExecAsync(
        string id, IReadOnlyList<string> command, SessionStreams streams, CancellationToken cancellation) =>
        Answer<IContainerSession>(() =>
        {
            RequireRunning(id);
            string[] words = command is ["sh" or "/bin/sh", "-c", var line]
                ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                : [.. command];
            return words switch
            {
                ["true"] => Ended("", 0),
                ["false"] => Ended("", 1),
                ["exit"] => Ended("", 0),
                ["exit", var code] when int.TryParse(code, CultureInfo.InvariantCulture, out var number) =>
                    Ended("", number & 0xff),
                ["echo", .. var said] => Ended(string.Join(' ', said) + "\n", 0),
                ["cat"] => new SimulatedSession(Echo(streams.Input), static () => 0),
                [] => throw new RuntimeRefusedException(400, "No exec command specified"),
                _ => Ended($"{words[0]}: not found in a simulated container\n", NotFoundExitCode, isError: true),
            };
        }, cancellation);

    /// <inheritdoc/>
    public Task<IContainerSession> AttachAsync(
        string id, SessionStreams streams, CancellationToken cancellation) =>
        Answer<IContainerSession>(() =>
        {
            var container = RequireRunning(id);
            var output = new Pipe();
            var ends = new CancellationTokenSource();
            _ = CopyFromNowAsync(container.Id, output.Writer, ends.Token);
            return new SimulatedSession(output, static () => null, streams.Input ? text => Hear(container, text) : null)
            {
                Ends = ends,
            };
        }, cancellation);

    /// <inheritdoc/>
    public Task<IPodConnection> DialAsync(string address, int port, CancellationToken cancellation) =>
        Answer<IPodConnection>(() => _byId.Values.Any(container => container.IpAddress == address)
            ? new EchoConnection()
            : throw new RuntimeRefusedException(502, $"dial tcp4 {address}:{port}: connect: no route to host"),
        cancellation);

    /// <inheritdoc/>
    public ValueTask<IPodConnection> DialBrieflyAsync(string address, int port, CancellationToken cancellation) =>
        new(DialAsync(address, port, cancellation));

    private SimulatedContainer RequireRunning(string id)
    {
        var container = Existing(id);
        return container.Phase == ContainerPhase.Running
            ? container
            : throw new RuntimeRefusedException(409, $"Container {id} is not running");
    }

    private static SimulatedSession Ended(string said, int exitCode, bool isError = false)
    {
        var output = Echo(false);
        return new SimulatedSession(output, () => exitCode, first: Encoding.UTF8.GetBytes(said), isError: isError);
    }

    private static Pipe Echo(bool hasInput)
    {
        var output = new Pipe();
        if (!hasInput) output.Writer.Complete();
        return output;
    }

    // What is typed into a simulated container is what it writes.
    private void Hear(SimulatedContainer container, string text)
    {
        lock (_gate)
        {
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                container.Lines.Add((_time.GetUtcNow(), line));
            }
            container.Change();
        }
    }

    private async Task CopyFromNowAsync(string id, PipeWriter output, CancellationToken cancellation)
    {
        Exception? trouble = null;
        try
        {
            await CopyLogsAsync(id, new LogQuery(Follow: true, TailLines: 0), output.AsStream(), cancellation);
        }
        catch (Exception ended) when (ended is OperationCanceledException or RuntimeUnavailableException
            or RuntimeRefusedException or InvalidOperationException)
        {
            trouble = cancellation.IsCancellationRequested ? null : ended;
        }
        await output.CompleteAsync(trouble);
    }
}
