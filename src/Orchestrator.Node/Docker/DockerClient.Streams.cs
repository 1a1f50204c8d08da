using System.Text.Json;

namespace Orchestrator.Nodes.Docker;

/// <content>Commands in containers, and the streams of containers.</content>
internal sealed partial class DockerClient
{
    /// <summary>Prepares a command in a running container and returns its id.</summary>
    public async Task<string> CreateExecAsync(string id, CreateExec exec, CancellationToken cancellation)
    {
        var call = DockerCall.Post($"containers/{Escape(id)}/exec", Options.CallTimeout) with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(exec, DockerJson.Default.CreateExec),
        };
        return (await _connection.CallAsync(call, DockerJson.Default.CreatedContainer, cancellation)).Id;
    }

    /// <summary>Starts a prepared command and joins its streams.</summary>
    public Task<DockerLine> StartExecAsync(string execId, bool isTerminal, CancellationToken cancellation) =>
        _connection.HijackAsync(
            DockerCall.Post($"exec/{Escape(execId)}/start", Options.StartTimeout) with
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(
                    new StartExec { Tty = isTerminal }, DockerJson.Default.StartExec),
            },
            cancellation);

    /// <summary>How a command stands.</summary>
    public Task<InspectedExec> InspectExecAsync(string execId, CancellationToken cancellation) =>
        _connection.CallAsync(Get($"exec/{Escape(execId)}/json"), DockerJson.Default.InspectedExec, cancellation);

    /// <summary>Sets the size of a command's terminal; nothing happens when it has ended.</summary>
    public Task ResizeExecAsync(string execId, int columns, int rows, CancellationToken cancellation) =>
        ResizeAsync($"exec/{Escape(execId)}", columns, rows, cancellation);

    /// <summary>Sets the size of a container's terminal; nothing happens when it is down.</summary>
    public Task ResizeContainerAsync(string id, int columns, int rows, CancellationToken cancellation) =>
        ResizeAsync($"containers/{Escape(id)}", columns, rows, cancellation);

    /// <summary>Joins the streams of a container from now on.</summary>
    public Task<DockerLine> AttachAsync(string id, SessionStreams streams, CancellationToken cancellation)
    {
        var path = $"containers/{Escape(id)}/attach?stream=1" + (streams.Input ? "&stdin=1" : "")
            + (streams.Output ? "&stdout=1" : "") + (streams.Error ? "&stderr=1" : "");
        return _connection.HijackAsync(DockerCall.Post(path, Options.CallTimeout), cancellation);
    }

    // 500 is what engines say of a process that has just ended.
    private Task ResizeAsync(string what, int columns, int rows, CancellationToken cancellation) =>
        _connection.CallAsync(
            DockerCall.Post(string.Create(null, $"{what}/resize?w={columns}&h={rows}"), Options.CallTimeout) with
            {
                Accepts = [404, 409, 500],
            },
            cancellation);
}
