using Microsoft.Extensions.Logging;

namespace Orchestrator.Nodes.Docker;

/// <summary>
/// Finds out what the machine refuses by starting the infra image that way once. The engine's messages do not tell
/// (runc says only "can't get final child's PID from pipe"), and a container that failed to start cannot be changed,
/// so asking before the first pod is the only way not to fail one.
/// </summary>
internal sealed partial class MachineProbe(DockerClient client, string owner, ILogger logger) : IDisposable
{
    private const string Label = "io.orchestrator.probe";
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile MachineAbilities? _found;

    /// <summary>What is known so far, or null before the first look.</summary>
    public MachineAbilities? Found => _found;

    /// <summary>Looks, at the first call.</summary>
    /// <param name="infraImage">The infra image, which the engine must have.</param>
    public async Task<MachineAbilities> FindAsync(string infraImage, CancellationToken cancellation)
    {
        if (_found is { } known)
        {
            return known;
        }
        await _turn.WaitAsync(cancellation);
        try
        {
            return _found ??= await LookAsync(infraImage, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<MachineAbilities> LookAsync(string infraImage, CancellationToken cancellation)
    {
        // Left by a process that died while looking.
        foreach (var left in await client.ListAsync($"{Label}={owner}", cancellation))
        {
            await client.RemoveAsync(left.Id, cancellation);
        }
        var isolated = new HostConfig { NetworkMode = "none" };
        var lowersScore = await StartsAsync(infraImage, isolated with { OomScoreAdj = -998 }, cancellation);
        var isGranted = await StartsAsync(infraImage, isolated with { Privileged = true }, cancellation);

        // When not even a plain container starts, the two refusals say nothing about the machine.
        if (lowersScore is not null && isGranted is not null
            && await StartsAsync(infraImage, isolated, cancellation) is not null)
        {
            return MachineAbilities.Full;
        }
        var found = new MachineAbilities(lowersScore is null, isGranted is null);
        foreach (var warning in found.Warnings)
        {
            LogRefused(warning, lowersScore ?? isGranted ?? "");
        }
        return found;
    }

    // Null when it starts, else the engine's words.
    private async Task<string?> StartsAsync(string image, HostConfig host, CancellationToken cancellation)
    {
        var container = new CreateContainer
        {
            Image = image,
            User = "0", // Only root is given the capabilities that a machine may refuse.
            Labels = new Dictionary<string, string> { [Label] = owner },
            HostConfig = host,
        };
        var id = await client.CreateAsync(null, container, cancellation);
        try
        {
            await client.StartAsync(id, cancellation);
            return null;
        }
        catch (RuntimeRefusedException refused)
        {
            return refused.Message;
        }
        finally
        {
            await client.RemoveAsync(id, CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning} (the engine said: {Refusal})")]
    private partial void LogRefused(string warning, string refusal);
}
