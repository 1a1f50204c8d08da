using System.Text;
using Orchestrator.Api.Core.V1;
using Orchestrator.Nodes.Environments;
using Orchestrator.Reconcilers.Probes;

namespace Orchestrator.Nodes.Probes;

/// <summary>Well is who can run a command that exits with 0 in time.</summary>
internal sealed class ExecLook(IContainerRuntime runtime, ProbeTarget target, ExecAction action) : ILook
{
    private const int OutputBytesMax = 10 * 1024;

    private readonly IReadOnlyList<string> _command = Expanded(target.Container, action.Command);

    /// <inheritdoc/>
    public async Task<ProbeAnswer> LookAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            await using var session = await runtime.ExecAsync(
                target.ContainerId, _command, new SessionStreams(Input: false, Output: true, Error: true),
                cancellation);
            return await AnswerAsync(session, cancellation);
        }
        catch (OperationCanceledException)
        {
            return ProbeAnswer.Fail(
                $"command timed out: \"{string.Join(' ', _command)}\" timed out after {Looks.Text(timeout)}");
        }
        catch (RuntimeRefusedException refused)
        {
            // The container may be on its way out: that is no sign of being unwell.
            throw new LookException(refused.Message);
        }
    }

    private static async Task<ProbeAnswer> AnswerAsync(IContainerSession session, CancellationToken cancellation)
    {
        try
        {
            var said = await ReadAsync(session, cancellation);
            var code = await session.ExitCodeAsync(cancellation);
            return new ProbeAnswer(code == 0 ? ProbeOutcome.Success : ProbeOutcome.Failure, said);
        }
        catch (OperationCanceledException)
        {
            // Or each look would leave another one behind.
            await session.KillAsync(CancellationToken.None);
            throw;
        }
    }

    private static async Task<string> ReadAsync(IContainerSession session, CancellationToken cancellation)
    {
        var said = new byte[OutputBytesMax];
        var rest = new byte[512];
        var length = 0;
        while (true)
        {
            var room = length < said.Length ? said.AsMemory(length) : rest;
            var piece = await session.ReadAsync(room, cancellation);
            if (piece.Count == 0) return Encoding.UTF8.GetString(said, 0, length);
            if (length < said.Length) length += piece.Count;
        }
    }

    // Only what stands in the manifest is known here; what comes from elsewhere the command finds in its environment.
    private static List<string> Expanded(Container container, IReadOnlyList<string> command)
    {
        if (!command.Any(word => word.Contains('$'))) return [.. command];
        var known = new Dictionary<string, string>();
        foreach (var variable in container.Env.Where(variable => variable.ValueFrom is null))
        {
            known[variable.Name] = Expansion.Expand(variable.Value ?? "", known);
        }
        return [.. command.Select(word => Expansion.Expand(word, known))];
    }
}
