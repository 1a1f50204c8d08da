using System.Collections.Concurrent;

namespace Orleans.Storage;

/// <summary>
/// Keeps states in memory, with ETags. In Microsoft Orleans these records live in grains and die with the silo that
/// hosts them; here they belong to the cluster and survive every silo of it.
/// </summary>
public class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), Record> _records;
    private readonly LocalCluster _cluster;

    internal MemoryGrainStorage(string name, LocalCluster cluster)
    {
        _cluster = cluster;
        _records = cluster.Shared(name, () => new ConcurrentDictionary<(string, GrainId), Record>());
    }

    public virtual Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = _records.TryGetValue((stateName, grainId), out var record) && record.Exists;
        grainState.State = found ? StateCopier.Copy((T?)record!.State) : Blank.Of<T>();
        grainState.ETag = found ? record!.ETag : null;
        grainState.RecordExists = found;
        return Task.CompletedTask;
    }

    public virtual Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var next = new Record(StateCopier.Copy(grainState.State), _cluster.NextSerial().ToString(), true);
        Replace(stateName, grainId, grainState.ETag, next);
        grainState.ETag = next.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public virtual Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Replace(stateName, grainId, grainState.ETag, new Record(null, null, false));
        grainState.State = Blank.Of<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private void Replace(string stateName, GrainId grainId, string? expected, Record next)
    {
        var key = (stateName, grainId);
        while (true)
        {
            var known = _records.TryGetValue(key, out var stored);
            if (stored?.ETag != expected)
            {
                throw new InconsistentStateException(
                    $"Version conflict on state {stateName} of {grainId}: someone else wrote since it was read.",
                    stored?.ETag, expected);
            }

            if (known ? _records.TryUpdate(key, next, stored!) : _records.TryAdd(key, next))
            {
                return;
            }
        }
    }

    // Compared by reference, so that an update replaces exactly what was looked at.
    private sealed class Record(object? state, string? etag, bool exists)
    {
        public object? State => state;

        public string? ETag => etag;

        public bool Exists => exists;
    }
}
