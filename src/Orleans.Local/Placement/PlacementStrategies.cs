namespace Orleans.Runtime;

/// <summary>How the silo of a new activation is chosen.</summary>
public abstract class PlacementStrategy
{
    public virtual bool IsUsingGrainDirectory => true;

    public virtual void Initialize(GrainProperties properties) { }

    public virtual void PopulateGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
        properties[WellKnownGrainTypeProperties.PlacementStrategy] = GetType().Name;
}

/// <summary>Any silo.</summary>
public class RandomPlacement : PlacementStrategy;

/// <summary>The caller's silo, if it can take it.</summary>
public class PreferLocalPlacement : PlacementStrategy;

/// <summary>The silo the hash of the identity points at.</summary>
public class HashBasedPlacement : PlacementStrategy;

/// <summary>The less loaded of a few silos.</summary>
public class ActivationCountBasedPlacement : PlacementStrategy;

/// <summary>
/// By free resources in Microsoft Orleans; by activation count here, for silos of one process share their resources.
/// </summary>
public class ResourceOptimizedPlacement : PlacementStrategy;

/// <summary>Several activations per silo under one key.</summary>
public class StatelessWorkerPlacement : PlacementStrategy
{
    public StatelessWorkerPlacement() : this(-1) { }

    internal StatelessWorkerPlacement(int maxLocal) : this(maxLocal, true) { }

    internal StatelessWorkerPlacement(int maxLocal, bool removeIdleWorkers)
    {
        MaxLocal = maxLocal > 0 ? maxLocal : Environment.ProcessorCount;
        RemoveIdleWorkers = removeIdleWorkers;
    }

    public override bool IsUsingGrainDirectory => false;

    public int MaxLocal { get; }

    public bool RemoveIdleWorkers { get; }
}
