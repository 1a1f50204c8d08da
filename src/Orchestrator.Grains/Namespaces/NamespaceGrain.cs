using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Namespaces;
using Orchestrator.Reconcilers.Objects;
using Orleans.Runtime;

namespace Orchestrator.Grains.Namespaces;

/// <summary>Runs <see cref="NamespaceReconciler"/> for one Namespace. Decides nothing itself.</summary>
internal sealed class NamespaceGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ControllerGrain(stored, cluster), INamespaceGrain
{
    private IReadOnlyList<string> _failures = [];

    protected override async Task<TimeSpan?> Reconcile(CancellationToken cancellation)
    {
        var ns = (Namespace)Existing();
        var contents = ns.Metadata.DeletionTimestamp is null
            ? Furnishings()
            : [.. Cluster.Cache.InNamespace(Key.Name).Select(item => item.Object)];
        var plan = NamespaceReconciler.Reconcile(ns, contents, Cluster.Options.CertificateAuthority,
            Cluster.Time.GetUtcNow(), _failures);
        Cluster.Store.Explain(plan.Reasons);
        _failures = await Act(plan.Actions);
        var finalizers = plan.Actions.OfType<NamespaceAction.RemoveFinalizer>().ToList();
        if (finalizers.Count > 0)
        {
            await Finish(ns, finalizers);
            return null;
        }
        var next = ns with { Status = plan.Status };
        if (!ApiJson.AreSame(next, ns)) await CommitStatus(next);
        return plan.LookAgainAfter;
    }

    // A living namespace is only asked for the two objects that each has, however much else it holds.
    private List<ApiObject> Furnishings()
    {
        ObjectKey[] keys = [ServiceAccount.Kind.KeyOf(Key.Name, "default"),
            ConfigMap.Kind.KeyOf(Key.Name, NamespaceReconciler.RootCaName)];
        return [.. keys.Select(key => Cluster.Cache.Find(key)?.Object).OfType<ApiObject>()];
    }

    private async Task<IReadOnlyList<string>> Act(IReadOnlyList<NamespaceAction> actions)
    {
        var failures = new List<string>();
        await SlowStart.RunAsync([.. actions.Where(action => action is not NamespaceAction.RemoveFinalizer)],
            Cluster.Options.FanOutMax, async action =>
        {
            try
            {
                await Do(action);
            }
            catch (ApiException refused) when (refused.Reason is not ("AlreadyExists" or "NotFound"))
            {
                failures.Add(refused.Message);
            }
            catch (ApiException done)
            {
                // Somebody else did it between the look and the act, which is just as well.
                Explain(Existing(), "Skipped", done.Message);
            }
        });
        return failures;
    }

    private Task Do(NamespaceAction action) => action switch
    {
        NamespaceAction.Create create =>
            GrainFactory.Object(KindRegistry.KeyOf(create.Object)).Create(create.Object, WriteOptions.OfController),
        NamespaceAction.Update update =>
            GrainFactory.Object(KindRegistry.KeyOf(update.Object)).Update(update.Object, "", WriteOptions.OfController),
        NamespaceAction.Delete delete => GrainFactory.Object(delete.Key)
            .Delete(new DeleteRequest { Uid = delete.Uid, PropagationPolicy = "Background" }),
        _ => Task.CompletedTask,
    };

    private async Task Finish(Namespace ns, IReadOnlyList<NamespaceAction.RemoveFinalizer> done)
    {
        var next = ns with
        {
            Spec = ns.Spec with
            {
                Finalizers = [.. ns.Spec.Finalizers.Where(name => done.All(action => action.Finalizer != name))]
            },
        };
        if (DeletionPlanner.IsReleased(next)) await Remove(done[0].Why);
        else await Commit(next);
    }
}
