using System.Globalization;
using Orchestrator.Api.Core.V1;

namespace Orchestrator.Nodes.Sandboxes;

/// <summary>What a pool of warm sandboxes holds and has done.</summary>
/// <param name="Found">Pods that found one.</param>
/// <param name="Missed">Pods that could have had one and found none.</param>
public sealed record WarmCounts(int Ready, int Target, long Found, long Missed)
{
    /// <summary>The type of the condition a node with a pool has.</summary>
    public const string Condition = "WarmSandboxes";

    /// <summary>
    /// Memory that one takes: measured were 3.4 MiB, nearly all of it of the process by which the engine holds a
    /// container; the rest is for what engine and kernel remember.
    /// </summary>
    public const long BytesEach = 4L << 20;

    private const long Mebibyte = 1L << 20;

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Ready} of {Target} ready, about {Ready * BytesEach / Mebibyte} MiB; "
        + $"{Found} pods found one, {Missed} did not");

    /// <summary>What the node says of its pool; null when it is to have none.</summary>
    public NodeCondition? ToCondition(WarmSetting setting, bool isServed)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting.IsOff) return null;
        return isServed
            ? new() { Type = Condition, Status = "True", Reason = "Kept", Message = ToString() }
            : new()
            {
                Type = Condition,
                Status = "False",
                Reason = "RuntimeMissing",
                Message = "the engine has no runtime \"orc\", so every pod makes its own sandbox (docs/warm.md)",
            };
    }
}
