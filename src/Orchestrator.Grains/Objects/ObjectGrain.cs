using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Orchestrator.Api.Core.V1;
using Orchestrator.Api.Decoding;
using Orchestrator.Api.Meta;
using Orchestrator.Api.Patching;
using Orchestrator.Reconcilers.Lifecycle;
using Orchestrator.Reconcilers.Objects;
using Orchestrator.Storage;
using Orleans.Runtime;

namespace Orchestrator.Grains.Objects;

/// <summary>
/// Owns one object: every write is a turn, prepared by pure functions and committed in one place. It collects itself
/// when its owners or its namespace are gone.
/// </summary>
internal abstract partial class ObjectGrain(IPersistentState<ObjectState> stored, ClusterAccess cluster) : Grain, IObjectGrain
{
    private ILogger? _log;
    private ObjectKey? _key;

    protected ClusterAccess Cluster { get; } = cluster;

    protected ILogger Log => _log ??= Cluster.Loggers.CreateLogger(GetType());

    protected ObjectKey Key => _key ??= ObjectKey.Parse(this.GetPrimaryKeyString());

    protected Kind Kind => KindRegistry.Of(Key);

    /// <summary>The object, or null when there is none.</summary>
    protected ApiObject? Current => stored.RecordExists ? stored.State.Object : null;

    public async Task<WriteResult> Create(ApiObject obj, WriteOptions options)
    {
        if (Current is not null) throw ApiException.AlreadyExists(Kind, Key.Name);
        RefuseOutsideNamespace();
        var created = ObjectWrites.Created(Kind, Admit(obj), Cluster.Ids.NewUid(), Cluster.Now);
        created = Managed(null, created, options, "");
        if (options.DryRun) return new(created, IsCreated: true);
        return new(await Commit(created), IsCreated: true);
    }

    public async Task<WriteResult> Update(ApiObject obj, string subresource, WriteOptions options)
    {
        if (Current is null && Kind.PutCreates && subresource.Length == 0) return await Create(obj, options);
        var current = Existing();
        var next = ObjectWrites.Updated(Kind, obj, current, subresource);
        if (!ReferenceEquals(next, current)) next = Managed(current, next, options, subresource);
        return await Save(current, next, options);
    }

    public async Task<WriteResult> Patch(PatchRequest patch, WriteOptions options)
    {
        var isApply = patch.ContentType == Patches.ApplyType;
        if (Current is null && !isApply) throw ApiException.NotFound(Kind, Key.Name);
        var before = Current is { } current ? Json(current) : null;
        var patched = isApply
            ? ServerSideApply.Apply(Kind, before, JsonNode.Parse(patch.Body)!, options.FieldManager, patch.Force, Cluster.Now, patch.Subresource)
            : Patches.Apply(Kind, before!, patch.ContentType, patch.Body);
        var mode = Enum.Parse<FieldValidation>(options.FieldValidation);
        var decoded = ObjectDecoder.DecodePatched(Kind, Encoding.UTF8.GetBytes(patched.ToJsonString()), mode, patch.Body);
        WriteResult result;
        if (Current is null)
        {
            result = await Create(decoded.Object, options);
        }
        else
        {
            var next = ObjectWrites.Updated(Kind, decoded.Object, Current, patch.Subresource);
            if (!isApply && !ReferenceEquals(next, Current)) next = Managed(Current, next, options, patch.Subresource);
            result = await Save(Current, next, options);
        }
        return decoded.Warnings.Count == 0 ? result : result with { Warnings = decoded.Warnings };
    }

    public virtual async Task<WriteResult> Delete(DeleteRequest request)
    {
        var current = Existing();
        RefuseDeletion(current);
        var plan = DeletionPlanner.Plan(Kind, current, Asked(request), Cluster.Now);
        if (request.DryRun) return new(plan.Object ?? current, IsRemoved: plan.IsRemoved);
        if (plan.IsRemoved) return new(await Remove(plan.Why), IsRemoved: true);
        return new(plan.Object is { } next && !ReferenceEquals(next, current) ? await Commit(next) : current);
    }

    public virtual Task Nudge() => Collect();

    /// <summary>What this kind adds to an object before it is checked.</summary>
    protected virtual ApiObject Admit(ApiObject obj) => obj;

    /// <summary>Called in the turn after every commit; <paramref name="after"/> is null when the object is gone.</summary>
    protected virtual Task Committed(ApiObject? before, ApiObject? after) => Task.CompletedTask;

    /// <summary>Refuses to delete what must stay.</summary>
    protected virtual void RefuseDeletion(ApiObject current)
    {
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
        await Storing(stored.WriteStateAsync);
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
        Cluster.Store.Explain([new(Cluster.Time.GetUtcNow(), about.Metadata.Uid ?? "", Key.ToString(), decision, why, inputs)]);

    /// <summary>Deletes or unbinds itself when its owners, its namespace or its finalizers say so.</summary>
    /// <returns>Whether the object is still there.</returns>
    protected async Task<bool> Collect()
    {
        if (Current is not { } current) return false;
        var plan = LifecycleReconciler.Plan(Kind, current, Seen(current), Cluster.Now);
        switch (plan)
        {
            case LifecyclePlan.Remove remove:
                await Remove(remove.Why);
                return false;
            case LifecyclePlan.Delete delete:
                await Delete(new DeleteRequest { PropagationPolicy = delete.Propagation, Uid = current.Metadata.Uid });
                break;
            case LifecyclePlan.Change change:
                await Commit(change.Object);
                break;
        }
        return Current is not null;
    }

    private static DeletionOptions Asked(DeleteRequest request) =>
        new(request.GracePeriodSeconds, request.PropagationPolicy, request.Uid, request.ResourceVersion);

    private async Task<WriteResult> Save(ApiObject current, ApiObject next, WriteOptions options)
    {
        if (options.DryRun || ReferenceEquals(next, current)) return new(next);
        var meta = next.Metadata;
        var isFinished = meta.DeletionTimestamp is not null && meta.Finalizers.Count == 0
            && (meta.DeletionGracePeriodSeconds ?? 0) == 0;
        if (isFinished && current.Metadata.Finalizers.Count > 0)
        {
            return new(await Remove("its last finalizer was removed"), IsRemoved: true);
        }
        return new(await Commit(next));
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
            throw ApiException.Unavailable(
                $"{Kind.Resource} \"{Key.Name}\" was written by another activation meanwhile; try again");
        }
        catch (Exception trouble) when (trouble is not ApiException)
        {
            DeactivateOnIdle();
            LogStoreFailed(Log, Key, trouble);
            throw ApiException.Unavailable($"the store cannot commit now, nothing was written: {trouble.GetBaseException().Message}");
        }
    }

    private async Task Told(ApiObject? before, ApiObject? after)
    {
        Nudger.Send(GrainFactory, Nudges.For(before, after, Cluster.Cache));
        await Committed(before, after);
    }

    private void RefuseOutsideNamespace()
    {
        if (!Kind.IsNamespaced) return;
        var ns = Cluster.Cache.Find(Namespace.Kind, "", Key.Namespace) ?? throw ApiException.NotFound(Namespace.Kind, Key.Namespace);
        if (ns.Metadata.DeletionTimestamp is null) return;
        throw new ApiException(403, "Forbidden",
            $"{Kind.Resource} \"{Key.Name}\" is forbidden: unable to create new content in namespace {Key.Namespace} "
            + "because it is being terminated",
            new StatusDetails(Key.Name, Kind.Group, Kind.Plural,
                [new StatusCause("NamespaceTerminating", $"namespace {Key.Namespace} is being terminated", "metadata.namespace")]));
    }

    private static ApiObject Managed(ApiObject? before, ApiObject after, WriteOptions options, string subresource) =>
        throw new System.Diagnostics.UnreachableException($"{before}{after}{options}{subresource}");

    private JsonNode Json(ApiObject obj)
    {
        var node = JsonNode.Parse(ApiJson.Write(obj))!.AsObject();
        node.Insert(0, "apiVersion", Kind.ApiVersion);
        node.Insert(1, "kind", Kind.Name);
        return node;
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "{Key}: this activation is stale and ends: {Why}")]
    private static partial void LogStale(ILogger log, ObjectKey key, string why);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "{Key}: the store refused a write; the activation ends")]
    private static partial void LogStoreFailed(ILogger log, ObjectKey key, Exception trouble);
}
