namespace Orleans.Concurrency;

/// <summary>Activations of this class are local to each silo and up to a number at once share one key.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class StatelessWorkerAttribute : PlacementAttribute
{
    public StatelessWorkerAttribute() : base(new StatelessWorkerPlacement()) { }

    public StatelessWorkerAttribute(int maxLocalWorkers) : base(new StatelessWorkerPlacement(maxLocalWorkers)) { }

    public StatelessWorkerAttribute(int maxLocalWorkers, bool removeIdleWorkers)
        : base(new StatelessWorkerPlacement(maxLocalWorkers, removeIdleWorkers)) { }
}
