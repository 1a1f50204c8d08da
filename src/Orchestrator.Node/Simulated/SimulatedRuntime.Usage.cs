using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Nodes.Simulated;

/// <content>What containers would use.</content>
public sealed partial class SimulatedRuntime
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task<ContainerUsage?> ReadUsageAsync(string id, bool withEarlier, CancellationToken cancellation) =>
        Answer(() => Find(id) is { Phase: ContainerPhase.Running, StartedAt: { } started } container
            ? UsageOf(container, started, withEarlier)
            : null, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ContainerSize>> ReadSizesAsync(
        IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        Answer<IReadOnlyDictionary<string, ContainerSize>>(
            () => ids.Select(Find).OfType<SimulatedContainer>().ToDictionary(container => container.Id, SizeOf),
            cancellation);

    private ContainerSize SizeOf(SimulatedContainer container)
    {
        var ran = container.StartedAt is { } started ? (container.FinishedAt ?? _time.GetUtcNow()) - started
            : TimeSpan.Zero;
        return new ContainerSize(
            (long)(container.Behaviour.WrittenBytesPerSecond * ran.TotalSeconds),
            container.Lines.Sum(line => Encoding.UTF8.GetByteCount(line.Text) + 1L));
    }

    private ContainerUsage UsageOf(SimulatedContainer container, DateTimeOffset started, bool withEarlier)
    {
        var now = _time.GetUtcNow();
        var (cores, memory) = LoadOf(container);
        var usage = new ContainerUsage(now, cores * (now - started), memory)
        {
            MemoryUsageBytes = memory,
            MemoryRssBytes = memory,
            ProcessCount = 1,
            Interfaces = container.Spec.JoinsSandbox is null && !container.Spec.HostNetwork
                ? new Dictionary<string, InterfaceUsage> { ["eth0"] = new(0, 0, 0, 0) }
                : new Dictionary<string, InterfaceUsage>(),
        };
        return withEarlier && now - started > Between
            ? usage with { Earlier = new ContainerUsage(now - Between, cores * (now - started - Between), memory) }
            : usage;
    }

    // Equal images use the same everywhere and for ever, so that what is made of the numbers can be foretold:
    // 1 to 200 thousandths of a processor, 8 to 135 MiB.
    private static (double Cores, long MemoryBytes) LoadOf(SimulatedContainer container)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(container.Spec.Image));
        var millicores = container.Behaviour.CpuMillicores ?? 1 + BinaryPrimitives.ReadUInt16BigEndian(hash) % 200;
        var memory = container.Behaviour.MemoryBytes ?? (8L + hash[2] % 128) << 20;
        return (millicores / 1000.0, memory);
    }
}
