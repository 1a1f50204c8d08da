namespace Orleans.TestingHost;

/// <summary>One silo of a test cluster.</summary>
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    public string Name { get; set; } = "";

    public short InstanceNumber { get; set; }

    public SiloAddress SiloAddress { get; set; } = SiloAddress.Zero;

    public SiloAddress GatewayAddress { get; set; } = SiloAddress.Zero;

    public abstract bool IsActive { get; }

    public abstract Task StopSiloAsync(bool stopGracefully);

    public abstract Task StopSiloAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public override string ToString() => SiloAddress.ToString();
}
