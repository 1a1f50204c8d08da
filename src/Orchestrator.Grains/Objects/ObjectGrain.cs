using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.Grains.Quotas;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orchestrator.Grains.Objects;

/// <summary>
/// Owns one object: every write is a turn, prepared by pure functions and committed in one place. It collects itself
/// when its owners or its namespace are gone.
/// </summary>
internal abstract partial class ObjectGrain(
    IPersistentState<ObjectState> stored, ClusterAccess cluster) : Grain, IObjectGrain
{
    private static readonly TimeSpan TroubleDelay = TimeSpan.FromSeconds(1);
    private ILogger? _log;
    private ObjectKey? _key;
    private PassTimer? _collecting;

    protected ClusterAccess Cluster { get; } = cluster;

    protected ILogger Log => _log ??= Cluster.Loggers.CreateLogger(GetType());

    protected ObjectKey Key => _key ??= ObjectKey.Parse(this.GetPrimaryKeyString());

    protected virtual Kind Kind => KindRegistry.Of(Key);

    /// <summary>The object, or null when there is none.</summary>
    protected ApiObject? Current => stored.RecordExists ? stored.State.Object : null;

    public Task<WriteResult> Create(ApiObject obj, WriteOptions options) => Judged(() => CreateNow(obj, options));

    public Task<WriteResult> Update(ApiObject obj, string subresource, WriteOptions options) =>
        Judged(() => UpdateNow(obj, subresource, options));

    public Task<WriteResult> Patch(PatchRequest patch, WriteOptions options) => Judged(() => PatchNow(patch, options));

    public Task<WriteResult> Delete(DeleteRequest request) => Judged(() => DeleteNow(request));

    private async Task<WriteResult> CreateNow(ApiObject obj, WriteOptions options)
    {
        if (Current is not null) throw ApiException.AlreadyExists(Kind, Key.Name);
        await RefuseOutsideNamespace();
        var admitted = NamespaceLimits.WithDefaults(await Admit(obj, null, options), Key, Cluster.Cache);
        var created = ObjectWrites.Created(Kind, admitted, Cluster.Ids.NewUid(), Cluster.Now);
        RefusePrivilege(created, null);
        RefuseBeside(created);
        await KeepToLimits(null, created, options.DryRun);
        created = Managed(null, created, options, "", obj);
        if (options.DryRun) return new(created, IsCreated: true);
        return new(await Commit(created), IsCreated: true);
    }

    private async Task<WriteResult> UpdateNow(ApiObject obj, string subresource, WriteOptions options) =>
        Current is null && Kind.PutCreates && subresource.Length == 0
            ? await CreateNow(obj, options)
            : await Save(Existing(), obj, subresource, options);

    private async Task<WriteResult> PatchNow(PatchRequest patch, WriteOptions options)
    {
        var current = Current;
        var isApply = Patches.MediaType(patch.ContentType) == Patches.ApplyType;
        if (current is null && !isApply) throw ApiException.NotFound(Kind, Key.Name);
        var view = patch.Version is { } version
            ? ViewOf(version) ?? throw ApiException.NotFound(Kind, Key.Name)
            : Kind;
        var shown = current is null ? null : JsonTrees.Of(view, view.FromStored(current));
        var patched = isApply
            ? ServerSideApply.Apply(view, shown,
                (JsonObject)JsonTrees.Parse(patch.Body)!,
                options.FieldManager, patch.Force, Cluster.Now, patch.Subresource)
            : Patches.Apply(view, shown!, patch.ContentType, patch.Body);
        var decoded = ObjectDecoder.DecodePatched(
            view, Key.Name, patched, patch.Body, FieldValidations.Parse(options.FieldValidation, "PatchOptions"));
        var recorded = isApply ? options with { FieldManager = "" } : options;
        var result = current is null
            ? await CreateNow(view.ToStored(decoded.Object), recorded)
            : await Save(current, view.ToStored(decoded.Object), patch.Subresource, recorded);
        return decoded.Warnings.Count == 0 ? result : result with { Warnings = decoded.Warnings };
    }

    private async Task<WriteResult> DeleteNow(DeleteRequest request)
    {
        var current = Existing();
        var plan = DeletionPlanner.Plan(current, Asked(request), Cluster.Now);
        if (request.DryRun || plan is DeletionPlan.Unchanged)
            return new(plan.Object, IsRemoved: plan is DeletionPlan.Remove);
        return plan is DeletionPlan.Remove
            ? new(await Remove("it was deleted"), IsRemoved: true)
            : new(await Commit(plan.Object));
    }

    // A nudge interleaves with the turns of this grain, so it writes nothing: what is to be done waits for a turn of
    // its own.
    public virtual async Task Nudge()
    {
        if (Current is null) return;
        try
        {
            await Cluster.CatchUp();
        }
        catch (StoreUnavailableException)
        {
            // What was said may not have arrived here yet; the turn looks again until the store answers.
            AskToCollect();
            return;
        }
        if (Current is { } current && HasToAct(current)) AskToCollect();
    }

    /// <summary>Another version of the kind, or null when it is not served.</summary>
    protected virtual Kind? ViewOf(string version) => KindRegistry.Find(Kind.Group, version, Kind.Plural);

    /// <summary>What this kind adds to an object, new or changed, before it is checked.</summary>
    protected virtual ValueTask<ApiObject> Admit(ApiObject sent, ApiObject? before, WriteOptions options) => new(sent);

    /// <summary>Refuses what goes for the object alone, but not beside the others.</summary>
    /// <exception cref="ApiException">What stands in the way.</exception>
    protected virtual void RefuseBeside(ApiObject next) { }

    /// <summary>
    /// Called in the turn after every commit; <paramref name="after"/> is null when the object is gone.
    /// </summary>
    protected virtual Task Committed(ApiObject? before, ApiObject? after) => Task.CompletedTask;

    /// <summary>Something is to be done about the object in a turn of its own.</summary>
    protected virtual bool HasToAct(ApiObject current) => PlanOfLife(current).Actions.Count > 0;

    /// <summary>Does it; the silo has caught up.</summary>
    /// <returns>When to look again without being asked, or null.</returns>
    protected virtual async Task<TimeSpan?> ActInTurn()
    {
        await Collect();
        return null;
    }

    /// <summary>
    /// Catches up, and finds out whether another activation has written the object since: then this one ends, and the
    /// next one is asked to look. Two may exist for a while when a silo was thought dead, and the older one must not
    /// make or remove children by what it remembers.
    /// </summary>
    protected async ValueTask<bool> CatchUpOrMakeWay()
    {
        await Cluster.CatchUp();
        if (!IsOvertaken()) return true;
        LogStale(Log, Key, "another activation has written since");
        DeactivateOnIdle();
        _ = GrainFactory.Object(Key).Nudge();
        return false;
    }

    /// <summary>The object, or 404.</summary>
    protected ApiObject Existing() => Current ?? throw ApiException.NotFound(Kind, Key.Name);

    /// <summary>
    /// The one way into storage. After a failed write nobody knows whether it was taken, so the activation ends.
    /// </summary>
    protected async Task<ApiObject> Commit(ApiObject next)
    {
        var before = Current;
        stored.State = new ObjectState { Object = next };
        try
        {
            await Storing(stored.WriteStateAsync);
        }
        catch
        {
            // What is not known to be stored is not to be answered from, however short this activation will live.
            stored.State = new ObjectState { Object = before };
            throw;
        }
        var after = stored.State.Object!;
        await Told(before, after);
        return after;
    }

    /// <summary>Removes the object and tells everyone who cares.</summary>
    protected async Task<ApiObject> Remove(string why)
    {
        var before = Existing();
        Explain(before, "Removed", why);
        await Storing(stored.ClearStateAsync);
        await Told(before, null);
        DeactivateOnIdle();
        return stored.State.Object ?? before;
    }

    /// <summary>Keeps the reason beside the object.</summary>
    protected void Explain(ApiObject about, string decision, string why, string inputs = "") =>
        Cluster.Store.Explain(
            [new(Cluster.Time.GetUtcNow(), about.Metadata.Uid ?? "", Key.ToString(), decision, why, inputs)]);

    /// <summary>Deletes itself, or lets go, when its owners, its namespace or its finalizers say so.</summary>
    /// <returns>Whether the object is still there.</returns>
    protected async Task<bool> Collect()
    {
        if (Current is not { } current) return false;
        var plan = PlanOfLife(current);
        Cluster.Store.Explain(plan.Reasons);
        foreach (var action in plan.Actions)
        {
            if (Current is not { } standing) return false;
            switch (action)
            {
                case LifecycleAction.Delete delete:
                    await Delete(new DeleteRequest { PropagationPolicy = delete.Propagation, Uid = delete.Uid });
                    break;
                case LifecycleAction.StripOwners strip:
                    await Release(standing, standing.Metadata with
                    {
                        OwnerReferences =
                            [.. standing.Metadata.OwnerReferences.Where(owner => !strip.Uids.Contains(owner.Uid))],
                    }, strip.Why);
                    break;
                case LifecycleAction.RemoveFinalizer remove:
                    await Release(standing, standing.Metadata with
                    {
                        Finalizers =
                            [.. standing.Metadata.Finalizers.Where(finalizer => finalizer != remove.Finalizer)],
                    }, remove.Why);
                    break;
            }
        }
        return Current is not null;
    }

    /// <summary>Commits metadata that hold the object less; removes it when nothing holds it any more.</summary>
    protected async Task Release(ApiObject standing, ObjectMeta metadata, string why)
    {
        var next = standing with { Metadata = metadata };
        if (DeletionPlanner.IsReleased(next)) await Remove(why);
        else await Commit(next);
    }

    // A refusal that rests on what this activation remembers is only true if that is what is stored. Two activations
    // may exist for a while, and the older one would tell a client of a conflict that there is not.
    private async Task<WriteResult> Judged(Func<Task<WriteResult>> write)
    {
        try
        {
            return await write();
        }
        catch (ApiException refusal) when (refusal.Code is 404 or 409)
        {
            var seen = Current?.Metadata.ResourceVersion;
            await CatchUpOrRefuse();
            if ((Cluster.Cache.Find(Key)?.Revision.ToString() ?? "") == (seen ?? "")) throw;
            LogStale(Log, Key, $"it would have said: {refusal.Message}");
            DeactivateOnIdle();
            throw WriteTrouble.Stale(Kind, Key.Name);
        }
        finally
        {
            // Names of nothing are asked for without end; none of them shall stay in memory.
            if (Current is null) DeactivateOnIdle();
        }
    }

    private async ValueTask CatchUpOrRefuse()
    {
        try
        {
            await Cluster.CatchUp();
        }
        catch (StoreUnavailableException silent)
        {
            throw WriteTrouble.NotCommitted(silent);
        }
    }

    private bool IsOvertaken()
    {
        if (Current is not { Metadata.ResourceVersion: { } version }) return false;
        return Cluster.Cache.Find(Key) is not { } stored || stored.Revision > long.Parse(version);
    }

    private static DeletionOptions Asked(DeleteRequest request) => new()
    {
        GracePeriodSeconds = request.GracePeriodSeconds,
        PropagationPolicy = request.PropagationPolicy,
        Uid = request.Uid,
        ResourceVersion = request.ResourceVersion,
    };

    private void AskToCollect()
    {
        if (_collecting is null)
        {
            _collecting = new PassTimer();
            _collecting.Start(this, CollectInTurn, Cluster.Options.PassSpacing, Cluster.Time);
        }
        _collecting.Ask();
    }

    private async Task<TimeSpan?> CollectInTurn(CancellationToken cancellation)
    {
        try
        {
            return await CatchUpOrMakeWay() ? await ActInTurn() : null;
        }
        catch (StoreUnavailableException)
        {
            return Cluster.Options.PutOffDelay;
        }
        catch (Exception trouble)
        {
            LogCollectFailed(Log, Key, trouble);
            return TroubleDelay;
        }
    }

    private LifecyclePlan PlanOfLife(ApiObject current) =>
        LifecycleReconciler.Plan(current, Surroundings(current), Cluster.Time.GetUtcNow());

    private LifecycleContext Surroundings(ApiObject current)
    {
        var dependents = current.Metadata.DeletionTimestamp is null && current.Metadata.OwnerReferences.Count == 0
            ? []
            : Cluster.Cache.OwnedBy(current.Metadata.Uid ?? "");
        return new()
        {
            OwnerLife = reference => OwnerLives.Of(
                reference, current, key => Cluster.Cache.Find(key)?.Object, Cluster.Lookups.Declared),
            IsNamespaceTerminating = Kind.IsNamespaced && Cluster.IsLeaving(Key.Namespace),
            HasDependents = dependents.Count > 0,
            HasBlockingDependents = dependents.Any(item => item.Object.Metadata.OwnerReferences.Any(
                owner => owner.Uid == current.Metadata.Uid && owner.BlockOwnerDeletion == true)),
        };
    }

    private async Task<WriteResult> Save(ApiObject current, ApiObject sent, string subresource, WriteOptions options)
    {
        if (subresource.Length == 0) sent = await Admit(sent, current, options);
        var next = ObjectWrites.Updated(Kind, sent, current, subresource);
        if (ReferenceEquals(next, current)) return new(current);
        RefusePrivilege(next, current);
        RefuseBeside(next);
        if (subresource is "" or "resize") await KeepToLimits(current, next, options.DryRun);
        next = Managed(current, next, options, subresource);
        if (options.DryRun) return new(next);
        return DeletionPlanner.IsReleased(next) && !DeletionPlanner.IsReleased(current)
            ? new(await Remove("its last finalizer was removed"), IsRemoved: true)
            : new(await Commit(next));
    }

    private ValueTask KeepToLimits(ApiObject? before, ApiObject next, bool isTrial)
    {
        if (!Kind.IsNamespaced) return default;
        NamespaceLimits.RefuseBeyond(before, next, Key, Cluster.Cache);
        return NamespaceLimits.AskForRoom(before, next, Key, Cluster, GrainFactory, isTrial);
    }

    private void RefusePrivilege(ApiObject next, ApiObject? before)
    {
        if (!Cluster.Options.AllowsPrivileged) PrivilegeRules.Refuse(Kind, next, before);
    }

    private async Task Storing(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (InconsistentStateException stale)
        {
            DeactivateOnIdle();
            LogStale(Log, Key, stale.Message);
            throw WriteTrouble.Stale(Kind, Key.Name);
        }
        catch (Exception trouble) when (trouble is not ApiException)
        {
            DeactivateOnIdle();
            LogStoreFailed(Log, Key, trouble);
            throw WriteTrouble.NotCommitted(trouble);
        }
    }

    private async Task Told(ApiObject? before, ApiObject? after)
    {
        if (after?.Metadata.DeletionTimestamp is not null || after is null) await CatchUpIfPossible();
        ClusterAccess.Send(GrainFactory, Nudges.For(before, after, Cluster.Lookups));
        await Committed(before, after);
    }

    // Dependents made a moment ago through another silo are to hear of the end as well. The write is done whether they
    // do or not; the sweep reaches those that do not.
    private async ValueTask CatchUpIfPossible()
    {
        try
        {
            await Cluster.CatchUp();
        }
        catch (StoreUnavailableException silent)
        {
            LogTellsFew(Log, Key, silent.Message);
        }
    }

    private async ValueTask RefuseOutsideNamespace()
    {
        if (!Kind.IsNamespaced) return;
        var ns = await Cluster.FindNamespace(Key.Namespace)
            ?? throw ApiException.NotFound(Namespace.Kind, Key.Namespace);
        if (ns.Metadata.DeletionTimestamp is null) return;
        throw new ApiException(403, "Forbidden",
            $"{Kind.Resource} \"{Key.Name}\" is forbidden: unable to create new content in namespace {Key.Namespace} "
            + "because it is being terminated",
            new StatusDetails(Key.Name, Kind.Group, Kind.Plural,
                [new StatusCause("NamespaceTerminating", $"namespace {Key.Namespace} is being terminated",
                    "metadata.namespace")]));
    }

    // Server-side apply records its manager itself, and controllers none at all.
    private ApiObject Managed(
        ApiObject? before, ApiObject after, WriteOptions options, string subresource, ApiObject? sent = null) =>
        options.FieldManager.Length == 0
            ? after
            : ManagedFields.Record(Kind, before, after, options.FieldManager, subresource, Cluster.Now,
                sent is null ? null : Kind.Defaulted(sent));

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning,
        Message = "{Key}: this activation is stale and ends: {Why}")]
    private static partial void LogStale(ILogger log, ObjectKey key, string why);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error,
        Message = "{Key}: the store refused a write; the activation ends")]
    private static partial void LogStoreFailed(ILogger log, ObjectKey key, Exception trouble);

    [LoggerMessage(EventId = 102, Level = LogLevel.Warning,
        Message = "{Key}: looking at its owners failed and will be repeated")]
    private static partial void LogCollectFailed(ILogger log, ObjectKey key, Exception trouble);

    [LoggerMessage(EventId = 103, Level = LogLevel.Debug,
        Message = "{Key}: its end is told to those known here: {Why}")]
    private static partial void LogTellsFew(ILogger log, ObjectKey key, string why);
}
