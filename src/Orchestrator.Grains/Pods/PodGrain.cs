using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Nodes.V1;
using Orchestrator.Api.Policy.V1;
using Orchestrator.Api.Settings.V1Alpha1;
using Orchestrator.Grains.Objects;
using Orchestrator.Reconcilers.Disruptions;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Reconcilers.Pods;
using Orchestrator.Reconcilers.Presets;
using Orchestrator.Reconcilers.Volumes;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Pods;

/// <summary>
/// Owns one pod. It is bound once; its status is the node's word; it goes when nothing of it runs on its node.
/// </summary>
internal sealed class PodGrain(
    [PersistentState("object", ObjectGrainStorage.Name)] IPersistentState<ObjectState> stored, ClusterAccess cluster)
    : ObjectGrain(stored, cluster), IPodGrain
{
    private const string ByScheduler = "default-scheduler";
    private DateTimeOffset? _nodeMissingSince;
    private PodPresetPlan? _presets;
    private IReadOnlyList<VolumeNews> _toldOfClaims = [];

    public async Task<WriteResult> Bind(string uid, string nodeName, string why)
    {
        var pod = (Pod)Existing();
        if (pod.Metadata.Uid != uid)
            throw ApiException.Conflict(Kind, Key.Name, $"it is another pod now (uid {pod.Metadata.Uid})");
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            throw ApiException.Conflict(
                Kind, Key.Name, $"pod {Key.Name} is being deleted, cannot be assigned to a host");
        }
        if (pod.Spec.NodeName is { Length: > 0 } bound)
        {
            throw new ApiException(409, "Conflict",
                $"Operation cannot be fulfilled on pods/binding \"{Key.Name}\": pod {Key.Name} is already assigned to node \"{bound}\"",
                StatusDetails.Of(Kind, Key.Name));
        }
        Explain(pod, "Scheduled", $"bound to {nodeName}", why);
        var next = await Commit(PodBinding.Bound(pod, nodeName, Cluster.Now));
        Cluster.Events.Record(next, "", "Normal", "Scheduled",
            $"Successfully assigned {Key.Namespace}/{Key.Name} to {nodeName}", ByScheduler);
        return new(next);
    }

    public async Task Unschedulable(string uid, string reason, string why)
    {
        if (Current is not Pod pod || pod.Metadata.Uid != uid || pod.Spec.NodeName is { Length: > 0 }) return;
        Cluster.Events.Record(pod, "", "Warning", "FailedScheduling", why, ByScheduler);
        var next = PodBinding.Unschedulable(pod, reason, why, Cluster.Now);
        if (ApiJson.AreSame(next, pod)) return;
        Explain(pod, "FailedScheduling", why);
        await Commit(next);
    }

    public async Task Report(string uid, PodStatus status)
    {
        // News of an earlier pod of this name is late, and dropped.
        if (Current is not Pod pod || pod.Metadata.Uid != uid) return;
        var next = PodBinding.Reported(pod, status);
        if (!ApiJson.AreSame(next, pod)) await Commit(next);
    }

    public async Task Evict(string uid, string reason, string why)
    {
        if (Current is not Pod pod || pod.Metadata.Uid != uid || pod.Metadata.DeletionTimestamp is not null) return;
        Explain(pod, "Evicted", why);
        await Commit(PodBinding.Disrupted(pod, reason, why, Cluster.Now));
        await Delete(new DeleteRequest { Uid = uid });
    }

    public async Task<WriteResult> EvictAsAsked(DeleteRequest request)
    {
        await Cluster.CatchUp();
        // What is not the pod that is meant is refused by the deletion.
        if (Current is not Pod { Metadata.DeletionTimestamp: null } pod || !request.IsFor(pod))
            return await Delete(request);
        if (!BudgetReconciler.IsExempt(pod)) await AskBudget(pod, request.DryRun);
        if (request.DryRun) return await Delete(request);
        Explain(pod, "Evicted", "somebody asked for its eviction");
        await Commit(PodBinding.Disrupted(pod, "EvictionByEvictionAPI", "Eviction API: evicting", Cluster.Now));
        return await Delete(request with { Uid = pod.Metadata.Uid, ResourceVersion = null });
    }

    private async Task AskBudget(Pod pod, bool isTrial)
    {
        var budgets = Cluster.Cache.All(PodDisruptionBudget.Kind, Key.Namespace)
            .Where(budget => BudgetReconciler.Covers(budget, pod)).ToList();
        if (budgets.Count > 1)
        {
            throw new ApiException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the "
                + "eviction subresource does not support.");
        }
        foreach (var budget in budgets)
        {
            await GrainFactory.GetGrain<IDisruptionBudgetGrain>(KindRegistry.KeyOf(budget).ToString())
                .Grant(Key.Name, pod.Metadata.Uid ?? "", isTrial);
        }
    }

    public async Task Unready(string uid, string why)
    {
        if (Current is not Pod pod || pod.Metadata.Uid != uid) return;
        var next = PodBinding.Unready(pod, why, Cluster.Now);
        if (!ReferenceEquals(next, pod)) await Commit(next);
    }

    public async Task ConfirmStopped(string uid)
    {
        if (Current is not Pod pod || pod.Metadata.Uid != uid || pod.Metadata.DeletionTimestamp is null) return;
        if (pod.Metadata.Finalizers.Count == 0)
        {
            await Remove("nothing of it runs on its node any more");
            return;
        }
        await Commit(pod with { Metadata = pod.Metadata with { DeletionGracePeriodSeconds = 0 } });
    }

    protected override async ValueTask<ApiObject> Admit(ApiObject sent, ApiObject? before, WriteOptions options)
    {
        _presets = null;
        return before is null ? await WithRuntimeClass(WithAccount(WithPresets((Pod)sent))) : sent;
    }

    private Pod WithPresets(Pod pod)
    {
        var presets = Cluster.Cache.List(PodPreset.Kind, Key.Namespace).Items;
        if (presets.Count == 0) return pod;
        _presets = PodPresets.Plan((Pod)Kind.Defaulted(pod), presets.Select(item => (PodPreset)item.Object));
        return _presets.Pod;
    }

    // Where nobody signs tokens, accounts are good for nothing but their pull secrets.
    private Pod WithAccount(Pod pod)
    {
        var account = Cluster.Cache.Find(ServiceAccount.Kind, Key.Namespace, AccountAdmission.AccountOf(pod));
        var known = Cluster.Tokens is null ? pod : AccountAdmission.Apply(pod, Key.Namespace, account);
        return AccountAdmission.WithPullSecrets(known, account);
    }

    private async ValueTask<Pod> WithRuntimeClass(Pod pod)
    {
        if (pod.Spec.RuntimeClassName is not { Length: > 0 } name) return RuntimeClassRules.Apply(pod, null);
        // A class made a moment ago through another silo is to be found.
        if (Cluster.Cache.Find(RuntimeClass.Kind, "", name) is null) await Cluster.CatchUp();
        return RuntimeClassRules.Apply(pod, Cluster.Cache.Find(RuntimeClass.Kind, "", name));
    }

    protected override Task Committed(ApiObject? before, ApiObject? after)
    {
        if (before is null && after is not null && _presets is { Conflicts.Count: > 0 } presets)
        {
            var why = $"no PodPreset was applied: {string.Join("; ", presets.Conflicts)}";
            Explain(after, "PodPresetConflict", why);
            Cluster.Events.Record(after, "", "Warning", "PodPresetConflict", why, "podpreset-admission");
        }
        _presets = null;
        return Task.CompletedTask;
    }

    protected override bool HasToAct(ApiObject current) =>
        IsNodeMissing(current) || PlanOfClaims((Pod)current).IsNeeded || base.HasToAct(current);

    protected override async Task<TimeSpan?> ActInTurn()
    {
        if (!await Collect()) return null;
        var again = await MakeClaims();
        return await GoWithNode() is { } wait && (again is null || wait < again) ? wait : again;
    }

    private PodOwnClaimPlan PlanOfClaims(Pod pod) => PodOwnClaims.Plan(
        pod, name => Cluster.Cache.Find(PersistentVolumeClaim.Kind, Key.Namespace, name));

    // The claims that come with the pod. What is so for long is told once.
    private async Task<TimeSpan?> MakeClaims()
    {
        if (Current is not Pod pod) return null;
        List<VolumeNews> news = [];
        foreach (var claim in PlanOfClaims(pod).Missing)
        {
            try
            {
                await GrainFactory.Object(KindRegistry.KeyOf(claim)).Create(claim, WriteOptions.OfController);
                Explain(pod, "ClaimMade", $"claim {claim.Metadata.Name} comes with it");
            }
            catch (ApiException refused) when (refused.Code < 500)
            {
                // One that is there already was made a moment ago, by whomever: the next look finds it.
                if (refused.Reason == "AlreadyExists") await Cluster.CatchUp();
                else news.Add(PodOwnClaims.Refused(pod, claim, refused.Message));
            }
        }
        var left = PlanOfClaims(pod);
        news.AddRange(left.News);
        foreach (var told in news.Except(_toldOfClaims))
            Cluster.Events.Record(pod, "", told.Type, told.Reason, told.Message, told.Component);
        _toldOfClaims = news;
        return left.Missing.Count > 0 ? Cluster.Options.VolumeRetryDelay : null;
    }

    // A pod whose Node object was deleted waits a while, for the node may register again; then nobody is left who could
    // stop it, and the object goes.
    private async Task<TimeSpan?> GoWithNode()
    {
        if (Current is not Pod pod || !IsNodeMissing(pod))
        {
            _nodeMissingSince = null;
            return null;
        }
        var now = Cluster.Time.GetUtcNow();
        _nodeMissingSince ??= now;
        var wait = _nodeMissingSince.Value + Cluster.Options.OrphanedPodDelay - now;
        if (wait > TimeSpan.Zero) return wait;
        var why = $"node {pod.Spec.NodeName} is gone";
        Explain(pod, "Orphaned", why);
        if (pod.Metadata.DeletionTimestamp is null)
        {
            await Commit(PodBinding.Disrupted(pod, "DeletionByPodGC", $"PodGC: {why}", Cluster.Now));
        }
        await Delete(new DeleteRequest { Uid = pod.Metadata.Uid, GracePeriodSeconds = 0 });
        return null;
    }

    private bool IsNodeMissing(ApiObject current) =>
        current is Pod { Spec.NodeName: { Length: > 0 } node } && Cluster.Cache.Find(Node.Kind, "", node) is null;
}
