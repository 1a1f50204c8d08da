using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Orchestrator.Fault.Tests.Memory;

/// <summary>The place of one silo of this process: who is killed there is followed by another.</summary>
internal sealed class SiloSlot(string name)
{
    private volatile InProcessSiloHandle? _silo;

    /// <summary>Its name in reports.</summary>
    public string Name => name;

    /// <summary>Who lives here now; null between two.</summary>
    public InProcessSiloHandle? Silo
    {
        get => _silo;
        set => _silo = value;
    }

    /// <summary>The store of who lives here now.</summary>
    public SiloStore? Store => Silo?.ServiceProvider.GetRequiredService<SiloStore>();

    /// <summary>The way to the grains from here.</summary>
    public IGrainFactory? Grains => Silo?.ServiceProvider.GetRequiredService<IGrainFactory>();
}
