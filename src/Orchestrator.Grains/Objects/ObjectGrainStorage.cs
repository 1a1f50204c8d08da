using Orchestrator.Api.Meta;
using Orchestrator.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestrator.Grains.Objects;

/// <summary>
/// Orleans storage over the object store: the grain's key is the object's key, the ETag is its revision. A stale
/// activation fails its write on the ETag and ends, and the newer one goes on.
/// </summary>
internal sealed class ObjectGrainStorage(IObjectStore store) : IGrainStorage
{
    /// <summary>The name grains ask for it by.</summary>
    public const string Name = "objects";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await store.ReadAsync(KeyOf(grainId));
        grainState.State = (T)(object)new ObjectState { Object = found?.Object };
        grainState.ETag = found?.Revision.ToString();
        grainState.RecordExists = found is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Commit(grainId, grainState, ((ObjectState)(object)grainState.State!).Object);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Commit(grainId, grainState, null);
        grainState.RecordExists = false;
    }

    private static ObjectKey KeyOf(GrainId grainId) => ObjectKey.Parse(grainId.Key.ToString()!);

    private async Task Commit<T>(GrainId grainId, IGrainState<T> grainState, ApiObject? next)
    {
        var expected = grainState.RecordExists ? long.Parse(grainState.ETag!) : 0;
        try
        {
            var committed = await store.CommitAsync(new ObjectWrite(KeyOf(grainId), next, expected));
            grainState.State = (T)(object)new ObjectState { Object = committed.Object };
            grainState.ETag = committed.Revision.ToString();
        }
        catch (RevisionMismatchException mismatch)
        {
            throw new InconsistentStateException(
                mismatch.Message, mismatch.Stored.ToString(), mismatch.Expected.ToString(), mismatch);
        }
    }
}
