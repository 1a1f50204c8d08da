namespace Orchestrator.Grains;

/// <summary>Where UIDs come from: chance in production, a seed in simulation.</summary>
public interface IIdSource
{
    /// <summary>A fresh random UUID as text.</summary>
    string NewUid();
}

/// <summary>UIDs from a generator that was seeded by the caller, or from the machine's chance.</summary>
public sealed class RandomIdSource(Random random) : IIdSource
{
    /// <inheritdoc />
    public string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (random) random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
