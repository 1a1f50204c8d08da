using System.Net.Security;
using System.Net.Sockets;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// A connection that an engine handed over: bytes in both directions, each of which ends on its own. Disposing ends
/// both.
/// </summary>
internal sealed class DockerLine(HttpClient http, HttpResponseMessage answer, Stream body, Stream wire) : IDisposable
{
    private bool _hasEnded;

    /// <summary>Reads what there is; 0 at the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) =>
        body.ReadAsync(buffer, cancellation);

    /// <summary>Writes.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
        body.WriteAsync(bytes, cancellation);

    /// <summary>Ends our direction. HTTP knows no such thing, so it is done below it.</summary>
    public async ValueTask EndWritingAsync()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        switch (wire)
        {
            case NetworkStream plain:
                plain.Socket.Shutdown(SocketShutdown.Send);
                break;
            case SslStream secured:
                await secured.ShutdownAsync();
                break;
            case SshStream ssh:
                await ssh.EndWritingAsync();
                break;
            default:
                throw new NotSupportedException($"a {wire.GetType().Name} cannot end in one direction");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        body.Dispose();
        answer.Dispose();
        http.Dispose();
        wire.Dispose();
    }
}
