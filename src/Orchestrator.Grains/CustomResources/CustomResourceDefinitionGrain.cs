using Orchestrator.Api.ApiExtensions.V1;
using Orchestrator.Api.CustomResources;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.CustomResources;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.CustomResources;

/// <summary>Runs <see cref="DefinitionReconciler"/> for one definition. Decides nothing itself.</summary>
internal sealed class CustomResourceDefinitionGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), ICustomResourceDefinitionGrain
{
    // Objects tell when they are gone; this is for one whose word was lost.
    private static readonly TimeSpan LeavingPeriod = TimeSpan.FromSeconds(1);

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var definition = (CustomResourceDefinition)Existing();
        var objects = ObjectsOf(definition);
        var plan = DefinitionReconciler.Reconcile(
            definition, Cluster.Cache.All(CustomResourceDefinition.Kind), objects.Count, Cluster.Now);
        Cluster.Store.Explain(plan.Reasons);
        if (plan.IsFinished && definition.Metadata.Finalizers.Contains(CustomResourceDefinition.CleanupFinalizer))
        {
            await Release(definition, definition.Metadata with
            {
                Finalizers = [.. definition.Metadata.Finalizers.Where(
                    finalizer => finalizer != CustomResourceDefinition.CleanupFinalizer)],
            }, "the last of its objects is gone");
            return null;
        }
        // What is said first is seen while the objects go.
        var next = definition with { Status = plan.Status };
        if (!ApiJson.AreSame(next, definition)) await CommitStatus(next);
        if (plan.DeletesObjects) await DeleteAll(objects);
        return plan.DeletesObjects ? LeavingPeriod : null;
    }

    // The others of the group may have waited for its names.
    protected override async Task Committed(ApiObject? before, ApiObject? after)
    {
        await base.Committed(before, after);
        if (before is not CustomResourceDefinition known) return;
        if (after is CustomResourceDefinition next
            && ApiJson.AreSame(known.Status.AcceptedNames, next.Status.AcceptedNames))
        {
            return;
        }
        foreach (var other in Cluster.Cache.All(CustomResourceDefinition.Kind))
        {
            if (other.Spec.Group == known.Spec.Group && other.Metadata.Uid != known.Metadata.Uid)
                _ = GrainFactory.Object(KindRegistry.KeyOf(other)).Nudge();
        }
    }

    private IReadOnlyList<StoredObject> ObjectsOf(CustomResourceDefinition definition) =>
        definition.Metadata.DeletionTimestamp is not null && CustomKinds.Of(definition).Storage is { } kind
            ? Cluster.Cache.List(kind).Items
            : [];

    private Task DeleteAll(IReadOnlyList<StoredObject> objects) => SlowStart.RunAsync(
        [.. objects.Where(item => item.Object.Metadata.DeletionTimestamp is null)],
        Cluster.Options.FanOutMax, async item =>
        {
            try
            {
                await GrainFactory.Object(item.Key).Delete(
                    new DeleteRequest { Uid = item.Object.Metadata.Uid, PropagationPolicy = "Background" });
            }
            catch (ApiException done) when (done.Reason is "NotFound" or "Conflict")
            {
                // Somebody else removed it between the look and the act, which is just as well.
                Explain(Existing(), "Skipped", done.Message);
            }
        });
}
