using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.CustomResources;

/// <summary>
/// Owns an object of a kind that a user declared. What the object must look like is read from the definition at every
/// write, so a changed definition needs no word to the grains.
/// </summary>
internal sealed class CustomObjectGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), ICustomObjectGrain
{
    /// <summary>What is declared, or where the object lives alone when nothing declares it any more.</summary>
    protected override Kind Kind => Cluster.Cache.StorageKindOf(Key) ?? KindRegistry.Of(Key);

    protected override Kind? ViewOf(string version) => Cluster.Cache.FindCustom(Key.Group, version, Key.Plural);

    // The definition may have been made a moment ago through another silo.
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Cluster.Cache.StorageKindOf(Key) is null) await Cluster.CatchUp();
        await base.OnActivateAsync(cancellationToken);
    }

    protected override async ValueTask<ApiObject> Admit(ApiObject sent, ApiObject? before, WriteOptions options)
    {
        // What stands in the way may be gone: another silo may have heard of a new definition first.
        if (Kind is not CustomKind { Definition.Metadata.DeletionTimestamp: null }) await Cluster.CatchUp();
        if (Kind is not CustomKind { Definition: { } definition })
        {
            throw new ApiException(404, "NotFound", "the server could not find the requested resource: "
                + $"nothing declares {Key.Plural}.{Key.Group} any more");
        }
        if (before is null && definition.Metadata.DeletionTimestamp is not null)
        {
            throw new ApiException(405, "MethodNotAllowed",
                "create not allowed while custom resource definition is terminating");
        }
        return sent;
    }

    protected override Task Committed(ApiObject? before, ApiObject? after)
    {
        // A definition that is going waits for the last of its objects.
        if (after is null && Kind is CustomKind { Definition.Metadata.DeletionTimestamp: not null })
            _ = GrainFactory.Object(CustomKinds.DefinitionOf(Key.Group, Key.Plural)).Nudge();
        return base.Committed(before, after);
    }
}
